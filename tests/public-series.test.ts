import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type FindingRecord,
  foldSegment,
  initialGatewayState,
  judgeSite,
  type SiteContext,
} from "@sealwatch/cloud";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Public series lie beside the repository; SEALWATCH_SHARED names another place. */
const BESIDE = fileURLToPath(new URL("../../shared", import.meta.url));
const SHARED = process.env["SEALWATCH_SHARED"] ?? BESIDE;

type Series = readonly (readonly [utcMs: number, value: number | null])[];

function lines(file: string): string[] {
  return readFileSync(join(SHARED, "data", file), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1);
}

/** Stamps are taken as local time of a site in UTC. */
function stampMs(stamp: string): number {
  return Date.parse(`${stamp.replace(" ", "T")}Z`);
}

/** What the live fold says of one channel, learned from the beginning until it was accepted. */
function watch(
  site: Pick<SiteContext, "formerLoadW"> & { learningDaysMin: number },
  channel: Pick<ChannelDescription, "kind" | "unit" | "decimals" | "intervalMs">,
  series: Series,
  acceptedMs: number,
) {
  const [startMs] = series[0] ?? [0];
  const description: ChannelDescription = {
    id: 1,
    device: "meter-1",
    point: "value",
    profile: "public/series@1",
    supply: "auxiliary",
    label: "",
    ...channel,
  };
  const records: JournalRecord[] = [
    { type: "channels", atMs: 0, channels: [description] },
    { type: "clock", atMs: 0, utcMs: startMs, uncertaintyMs: 50, source: "simulator" },
    ...series.map(([utcMs, value]): JournalRecord => {
      const scaled = value === null ? null : Math.round(value * 10 ** channel.decimals);
      const qualities = [value === null ? 1 : 0];
      return { type: "sample", atMs: utcMs - startMs, channels: [1], scaled: [scaled], qualities };
    }),
  ];
  const { findings } = foldSegment(
    initialGatewayState(),
    { gateway: "gw-000001", epoch: "00000000000000aa", seq: 1, records },
    [{ kind: "baseline-accepted", effectiveMs: acceptedMs, by: "李工" }],
    { site: "public", utcOffsetMin: 0, ...site },
  );
  return {
    findings,
    /** What a county officer sees at `untilMs`. */
    at: (untilMs: number) =>
      judgeSite({
        site: "public",
        findings: findings.filter(({ atMs }: FindingRecord) => atMs <= untilMs),
        silences: [],
        baseline: "accepted",
        untilMs,
        utcOffsetMin: 0,
      }),
  };
}

/** The levels that any episode reached. */
function levelsOf(verdict: ReturnType<typeof judgeSite>): string[] {
  return verdict.episodes.map(({ level }) => level);
}

describe("an empty home in August 2008, hourly, power only", () => {
  // Hourly sums of minute means in kW, stamped at the beginning of the hour.
  const series: Series = lines("household/household_power_consumption_hours.csv").flatMap((line) => {
    const [stamp = "", sum = ""] = line.split(",");
    const utcMs = stampMs(stamp) + HOUR_MS;
    const isIn = utcMs > stampMs("2008-08-10 00:00:00") && utcMs <= stampMs("2008-09-02 00:00:00");
    return isIn ? [[utcMs, (Number(sum) * 1_000) / 60] as const] : [];
  });
  const power = { kind: "active-power", unit: "W", decimals: 1, intervalMs: HOUR_MS } as const;
  const returnMs = stampMs("2008-08-31 14:00:00");
  const home = watch(
    { formerLoadW: 1_100, learningDaysMin: 7 },
    power,
    series,
    stampMs("2008-08-24 00:00:00"),
  );

  it("is neither orange nor red while it is empty", () => {
    const levels = levelsOf(home.at(returnMs));
    expect(levels).not.toContain("orange");
    expect(levels).not.toContain("red");
  });

  it("is orange within two samples of the return", () => {
    expect(home.at(returnMs + HOUR_MS).level).not.toBe("red");
    expect(home.at(returnMs + 2 * HOUR_MS).level).toBe("orange");
  });
});

describe("series in which no plant restarts", () => {
  /** A plain series with a stamp and a value, as power of a small site and as VOC. */
  const shapes = (
    file: string,
    intervalMs: number,
  ): { name: string; series: Series; intervalMs: number }[] => [
    {
      name: file,
      intervalMs,
      series: lines(file).map((line) => {
        const [stamp = "", value = ""] = line.split(",");
        return [stampMs(stamp), Number(value)] as const;
      }),
    },
  ];
  const plain = [
    ...shapes("nab/art_flatline.csv", 300_000),
    ...shapes("nab/realKnownCause/ambient_temperature_system_failure.csv", HOUR_MS),
  ];

  it.each(plain)("$name is never red, as power or as VOC", ({ series, intervalMs }) => {
    const [startMs] = series[0] ?? [0];
    const [endMs] = series.at(-1) ?? [0];
    for (const kind of ["active-power", "voc"] as const) {
      const channel = { kind, unit: kind === "voc" ? "ppb" : "kW", decimals: 2, intervalMs };
      const watched = watch(
        { formerLoadW: 100_000, learningDaysMin: 7 },
        channel,
        series,
        startMs + 10 * DAY_MS,
      );
      expect(levelsOf(watched.at(endMs))).not.toContain("red");
    }
  });

  it("the air of a town for a year, as VOC and beside it as power, is never red", () => {
    const air: Series = lines("airquality/AirQualityUCI.csv").flatMap((line) => {
      const [day = "", time = "", , , , , nmhc = ""] = line.split(";");
      const [date, month, year] = day.split("/");
      if (!year) return [];
      const value = Number(nmhc.replace(",", "."));
      const stamp = `${year}-${month}-${date} ${time.replaceAll(".", ":")}`;
      return [[stampMs(stamp), value > 0 ? value : null] as const];
    });
    expect(air.length).toBeGreaterThan(9_000);
    const [startMs] = air[0] ?? [0];
    const [endMs] = air.at(-1) ?? [0];
    for (const kind of ["voc", "active-power"] as const) {
      const channel = { kind, unit: kind === "voc" ? "ppb" : "W", decimals: 0, intervalMs: HOUR_MS };
      const site = { formerLoadW: 100_000, learningDaysMin: 7 };
      expect(levelsOf(watch(site, channel, air, startMs + 10 * DAY_MS).at(endMs))).not.toContain("red");
    }
  });

  it("a flat line raises nothing at all as power, or nothing once it is accepted where it is much of the former load", () => {
    const [flat] = plain;
    const channel = { kind: "active-power", unit: "kW", decimals: 2, intervalMs: 300_000 } as const;
    const [startMs] = flat?.series[0] ?? [0];
    const acceptedMs = startMs + 10 * DAY_MS;
    const of = (formerLoadW: number) =>
      watch({ formerLoadW, learningDaysMin: 7 }, channel, flat?.series ?? [], acceptedMs).findings;
    expect(of(400_000)).toEqual([]);
    expect(of(100_000).filter(({ atMs }) => atMs > acceptedMs + 2 * HOUR_MS)).toEqual([]);
    expect(new Set(of(100_000).map(({ rule }) => rule))).toEqual(new Set(["former-share"]));
  });
});
