import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@sealwatch/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBacktest } from "./backtest-command.ts";
import { SITE_EXAMPLE } from "./backtest-help.ts";

const START_MS = Date.UTC(2026, 0, 4, 16);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LEARNED_MS = START_MS + 8 * DAY_MS;

const SITE = `
id: qingshi-dyes
formerLoadW: 60000
learning: { from: ${START_MS}, to: ${LEARNED_MS} }
channels:
  power: { kind: active-power, unit: kW, feeder: incomer }
  seal: { kind: contact, role: seal, label: 封条 S1, device: contacts }
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-backtest-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ten quiet days by the minute, then what the caller adds to the power and does to the seal, for a day. */
function rows(extraKw: number, sealOpenFromDay: number): string[] {
  const random = seededRandom(3, "back-test");
  let noise = 0;
  return Array.from({ length: 11 * 1_440 }, (_, minute) => {
    noise = 0.9 * noise + 0.01 * random.normal();
    const day = minute / 1_440;
    const kw = 0.5 + noise + (day >= 10 ? extraKw : 0);
    const at = START_MS + minute * MINUTE_MS;
    return `${at},${kw.toFixed(4)},${day >= sealOpenFromDay ? 0 : 1}`;
  });
}

async function backtest(
  lines: readonly string[],
  site = SITE,
  header = "time,power,seal",
  span: { readonly from?: string; readonly to?: string } = {},
) {
  writeFileSync(join(folder, "site.yaml"), site);
  writeFileSync(join(folder, "data.csv"), [header, ...lines].join("\n"));
  const told: { readonly type: string; readonly [key: string]: unknown }[] = [];
  const complaints: string[] = [];
  await runBacktest(
    {
      site: join(folder, "site.yaml"),
      csv: join(folder, "data.csv"),
      from: span.from ?? null,
      to: span.to ?? null,
    },
    {
      line: (text) => told.push(JSON.parse(text)),
      complain: (text) => complaints.push(text),
      progress: () => {},
      monotonicMs: () => 0,
    },
  );
  return { told, complaints, summary: told.at(-1) };
}

describe("a back-test", () => {
  it("is quiet over a quiet site", async () => {
    const { told, summary } = await backtest(rows(0, 99));
    expect(told.filter(({ type }) => type === "alert")).toEqual([]);
    expect(summary).toMatchObject({ type: "summary", rows: 15_840, skipped: 0, verdict: "sealed" });
  });

  it("sees a pump of five per cent, and is red once the seal is cut as well", async () => {
    const { told } = await backtest(rows(3, 10));
    const alerts = told.filter(({ type }) => type === "alert");
    const firstMs = Date.parse(String(alerts[0]?.["at"]));
    expect(firstMs - (START_MS + 10 * DAY_MS)).toBeLessThan(30 * MINUTE_MS);
    expect(alerts.map(({ level }) => level)).toContain("red");
    expect(alerts.at(-1)?.["sentence"]).toMatchObject({ zh: expect.stringContaining("kW") });
  });

  it("takes the slope of a counter for power where there is no power", async () => {
    let kwh = 1_000;
    const lines = rows(3, 99).map((row) => {
      const [at, kw, seal] = row.split(",");
      kwh += Number(kw) / 60;
      return `${at},${kwh.toFixed(5)},${seal}`;
    });
    const site = SITE.replace("kind: active-power, unit: kW", "kind: energy-import, unit: kWh");
    const { summary, told } = await backtest(lines, site);
    expect(summary).toMatchObject({ verdict: "signs" });
    expect(told.some(({ type, rule }) => type === "alert" && rule === "power-rise")).toBe(true);
  });

  it("leaves approved work out, and calls a feeder that was never cut by its name", async () => {
    const work = `permits: [{ from: ${START_MS + 10 * DAY_MS}, to: ${START_MS + 11 * DAY_MS}, work: demolition }]`;
    const permitted = await backtest(rows(3, 99), `${SITE}${work}\n`);
    expect(permitted.told.filter(({ type }) => type === "alert")).toEqual([]);
    const cut = await backtest(rows(0, 99), `${SITE}declaredCut: [{ feeder: incomer }]\n`);
    expect(cut.told).toContainEqual(expect.objectContaining({ level: "orange", rule: "cut-feeder" }));
  });

  it("counts water in the unit of its column, and asks for what the site's thresholds say", async () => {
    const lines = Array.from({ length: 60 }, (_, minute) => `${START_MS + minute * MINUTE_MS},4`);
    const water = (more: string): string => `
id: qingshi-dyes
declaredCut: [{ feeder: water }]
${more}
channels:
  flow: { kind: water-flow, unit: L/min, feeder: water }
`;
    const levels = async (more: string): Promise<unknown> =>
      (await backtest(lines, water(more), "time,flow")).told
        .filter(({ type }) => type === "alert")
        .map(({ level }) => level);
    expect(await levels("")).toEqual(["yellow", "orange"]);
    expect(await levels("thresholds: { waterCounts: 100 }")).toEqual(["yellow"]);
  });

  it("keeps columns apart whose names no identifier could carry", async () => {
    const site = SITE.replace(
      "  power:",
      "  功率: { kind: active-power, unit: kW, feeder: other }\n  power:",
    );
    const lines = rows(3, 99).map((row) => `${row},0.5`);
    const { told } = await backtest(lines, site.replace("  power:", "  电力:"), "time,电力,seal,功率");
    expect(told.some(({ type, rule }) => type === "alert" && rule === "power-rise")).toBe(true);
  });

  it("names bad rows and goes on without them", async () => {
    const lines = rows(0, 99).slice(0, 100);
    lines[4] = "yesterday,0.5,1";
    lines[9] = lines[8] ?? "";
    const { complaints, summary } = await backtest(lines);
    expect(summary).toMatchObject({ rows: 98, skipped: 2 });
    expect(complaints[0]).toMatch(/data\.csv:6: time: write ISO 8601/);
    expect(complaints[1]).toMatch(/data\.csv:11: time: sort the rows/);
  });

  it("tells each change of an alert once, and counts what it told", async () => {
    const nightly = (day: number): number => (day > 9 && day % 3 < 0.2 ? 8 : 0);
    const lines = Array.from({ length: 100 * 96 }, (_, quarter) => {
      const kw = 0.5 + 0.01 * Math.sin(quarter) + nightly(quarter / 96);
      return `${START_MS + quarter * 15 * MINUTE_MS},${kw.toFixed(4)},1`;
    });
    const { told, summary } = await backtest(lines);
    const alerts = told.filter(({ type }) => type === "alert");
    expect(new Set(alerts.map((line) => `${line["since"]} ${line["at"]} ${line["level"]}`)).size).toBe(
      alerts.length,
    );
    const starts = new Set(alerts.map((line) => `${line["class"]} ${line["since"]}`));
    expect(starts.size).toBe(31);
    expect(summary).toMatchObject({ alerts: 31, levels: { orange: 31 } });
  });

  it("a restart that lasts for a year is one alert", async () => {
    const lines = Array.from({ length: 380 * 24 }, (_, hour) => {
      const kw = hour < 12 * 24 ? 0.5 + 0.01 * Math.sin(hour) : 30 + Math.sin(7 * hour);
      return `${START_MS + hour * 60 * MINUTE_MS},${kw.toFixed(4)},1`;
    });
    const { told, summary } = await backtest(lines);
    const alerts = told.filter(({ type }) => type === "alert");
    expect(new Set(alerts.map((line) => line["since"])).size).toBe(1);
    expect(summary).toMatchObject({ verdict: "signs", level: "orange", alerts: 1 });
  });

  it("knows nothing of a hole in the rows, and takes its interval from the other rows", async () => {
    const lines = rows(0, 99);
    const { told, summary } = await backtest([...lines.slice(0, 1), ...lines.slice(14_400)]);
    expect(told).toContainEqual(expect.objectContaining({ verdict: "unknown", level: "blue" }));
    expect(summary).toMatchObject({ rows: 1_441, alerts: 1, levels: { blue: 1 } });
  });

  it("says on standard error why nothing was accepted, and what cannot be told", async () => {
    const [begin, end] = [START_MS + 20 * DAY_MS, START_MS + 30 * DAY_MS];
    const late = SITE.replace(/learning: .*/, `learning: { from: ${begin}, to: ${end} }`);
    const { complaints, summary } = await backtest(rows(0, 99), `${late}declaredCut: [{ feeder: line-9 }]\n`);
    expect(summary).toMatchObject({ verdict: "learning" });
    expect(complaints[0]).toMatch(/site\.yaml: declaredCut\[0\]\.feeder: no channel has the feeder line-9/);
    expect(complaints[1]).toMatch(
      /learning: from .* too few days .*rows are from 2026-01-04T16:00:00\.000Z to/,
    );
  });

  it("counts the rows of the file in its summary, and names the part that was judged", async () => {
    const lines = rows(0, 99).slice(0, 100);
    lines[4] = "yesterday,0.5,1";
    const { summary } = await backtest(lines, SITE, "time,power,seal", {
      from: "2026-01-05T00:10",
      to: "2026-01-04T16:19:00Z",
    });
    expect(summary).toMatchObject({ rows: 10, skipped: 1, outside: 89 });
    expect(summary).toMatchObject({ from: "2026-01-04T16:10:00.000Z", to: "2026-01-04T16:19:00.000Z" });
    const before = { from: "2026-01-06", to: "2026-01-05" };
    await expect(backtest(lines, SITE, "time,power,seal", before)).rejects.toThrow(
      /--to 2026-01-05 is before/,
    );
    const outside = backtest(lines, SITE, "time,power,seal", { from: "2027-01-06" });
    await expect(outside).rejects.toThrow(/fewer than two usable rows, 1 were skipped, 99 lie outside/);
  });

  it("says of a counter that keeps falling that it is none, and of a file without values that it has none", async () => {
    const site = SITE.replace("kind: active-power, unit: kW", "kind: energy-import, unit: kWh");
    const { complaints } = await backtest(rows(0, 99), site);
    expect(complaints).toContainEqual(
      expect.stringMatching(/power fell \d+ times, which a register does not/),
    );
    const empty = rows(0, 99).map((row) => `${row.split(",")[0]},,`);
    await expect(backtest(empty)).rejects.toThrow(/CSV_UNUSABLE.*every field that SITE.yaml names is empty/);
  });

  it("takes the SITE.yaml of its help, which is that of the documentation", async () => {
    const lines = rows(0, 99).map((row) => `${row},0,120`);
    const { summary } = await backtest(lines, SITE_EXAMPLE, "time,power,seal,line2,voc");
    expect(summary).toMatchObject({ rows: 15_840 });
    const page = readFileSync(new URL("../../docs/detection.md", import.meta.url), "utf8");
    expect(page).toContain(SITE_EXAMPLE);
  });

  it("refuses a file without a usable row, and a site with every problem at once", async () => {
    await expect(backtest(["x,y,z"])).rejects.toThrow(/CSV_UNUSABLE.*fewer than two usable rows/);
    const site = "id: X\nchannels:\n  seal: { kind: contact }\n";
    await expect(backtest([], site)).rejects.toThrow(/2 problem[\s\S]*id:[\s\S]*channels\.seal\.role/);
  });
});
