import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@sealwatch/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBacktest } from "./backtest-command.ts";

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

async function backtest(lines: readonly string[], site = SITE, header = "time,power,seal") {
  writeFileSync(join(folder, "site.yaml"), site);
  writeFileSync(join(folder, "data.csv"), [header, ...lines].join("\n"));
  const told: { readonly type: string; readonly [key: string]: unknown }[] = [];
  const complaints: string[] = [];
  await runBacktest(
    { site: join(folder, "site.yaml"), csv: join(folder, "data.csv"), fromMs: null, toMs: null },
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

  it("refuses a file without a usable row, and a site with every problem at once", async () => {
    await expect(backtest(["x,y,z"])).rejects.toThrow(/CSV_UNUSABLE.*fewer than two usable rows/);
    const site = "id: X\nchannels:\n  seal: { kind: contact }\n";
    await expect(backtest([], site)).rejects.toThrow(/2 problem[\s\S]*id:[\s\S]*channels\.seal\.role/);
  });
});
