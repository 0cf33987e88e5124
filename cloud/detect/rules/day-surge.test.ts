import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { contactChanged, MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const STEP_MS = 15 * MINUTE_MS;

/** So many days from midnight on, power of one or more feeders by day and hour. */
function watch(
  days: number,
  feeders: readonly string[],
  wattsOf: (feeder: string, day: number, hour: number) => number | null,
  more: readonly JournalRecord[] = [],
) {
  const records: JournalRecord[] = [...more];
  for (let atMs = STEP_MS; atMs <= days * 24 * HOUR_MS; atMs += STEP_MS) {
    const hours = Math.floor((atMs - 1) / HOUR_MS);
    for (const [index, feeder] of feeders.entries())
      records.push(sample(atMs, { [1 + index]: wattsOf(feeder, Math.floor(hours / 24), hours % 24) }));
  }
  records.sort((one, other) => one.atMs - other.atMs);
  const channels = feeders.map((feeder, index) =>
    channel(1 + index, "active-power", { unit: "W", feeder, device: `meter-${feeder}`, intervalMs: STEP_MS }),
  );
  const door = channel(20, "contact", { device: "contacts-1", contact: { role: "door", normal: 1 } });
  const watched = watchChannels([...channels, door], records, { site: { formerLoadW: 60_000 } });
  const of = (rule: string) => watched.findings.filter((finding) => finding.rule === rule);
  return { ...watched, surge: of("day-surge"), shift: of("feeder-share") };
}

describe("a day that takes twice the fortnight before it", () => {
  const surging = (_: string, day: number): number =>
    day === 10 || day === 11 ? 6_000 : 1_000 + 40 * (day % 3);

  it("is told as soon as it has, weak, and goes on the first morning without it", () => {
    const { surge, verdict } = watch(14, ["incomer"], surging);
    const [first] = surge;
    // Twice 24.7 kWh at 6 kW; the day runs from six to six, and six hours of the old kilowatt are before midnight.
    expect(first).toMatchObject({ phase: "opened", strength: "weak", unit: "kWh" });
    expect((first?.atMs ?? 0) - MIDNIGHT_MS).toBeLessThanOrEqual((10 * 24 + 6) * HOUR_MS);
    expect(first?.text.zh).toMatch(/用电 \d+ kWh，此前两周日用电中位数 25 kWh/);
    expect(first?.text.en).toMatch(/^\d+ kWh from 06:00 of .* the fortnight before took 25 kWh$/);
    const cleared = surge.at(-1);
    expect(cleared?.phase).toBe("cleared");
    expect((cleared?.atMs ?? 0) - MIDNIGHT_MS).toBe((12 * 24 + 12) * HOUR_MS);
    expect(new Set(surge.map(({ key }) => key)).size).toBe(1);
    expect(verdict.episodes.map(({ level }) => level)).toEqual(["yellow"]);
  });

  it("is nothing in the first week, below the floor, or with too little measured", () => {
    expect(watch(8, ["incomer"], (_, day) => (day === 6 ? 6_000 : 1_000)).surge).toEqual([]);
    expect(watch(12, ["incomer"], (_, day) => (day >= 10 ? 500 : 100)).surge).toEqual([]);
    const gappy = (_: string, day: number, hour: number): number | null =>
      day < 10 && hour >= 6 && hour < 14 ? null : surging(_, day);
    expect(watch(12, ["incomer"], gappy).surge).toEqual([]);
  });

  it("is orange with another kind only", () => {
    const door = contactChanged(10.3 * 24 * HOUR_MS, { channel: 20, value: 0 });
    const { verdict } = watch(11, ["incomer"], surging, [door]);
    expect(verdict.level).toBe("orange");
  });
});

describe("a feeder's share of the site", () => {
  /** The process feeder goes from 9.7 to 13 % of 10 kW, as in the mines of Hebei. */
  const hebei = (feeder: string, day: number): number => {
    const processW = day >= 12 ? 1_390 : 970;
    if (feeder === "incomer") return 9_030 + processW;
    return feeder === "process" ? processW : 9_030;
  };

  it.each([[["process", "other"]], [["incomer", "process", "other"]]])(
    "of %j is told in points",
    (feeders) => {
      const { shift } = watch(14, feeders, hebei);
      const [first] = shift;
      expect(first).toMatchObject({ phase: "opened", strength: "weak", unit: "%" });
      expect(first?.measured).toBeCloseTo(13.3, 0);
      expect(first?.expected).toBeCloseTo(9.7, 0);
      expect(first?.text.zh).toMatch(/process 回路占全厂用电 13\.\d%，此前两周中位数 9\.7%/);
      expect(first?.text.en).toMatch(/^feeder process took 13\.\d % .* fortnight before is 9\.7 %$/);
      expect(new Set(shift.map(({ key }) => key)).size).toBe(1);
    },
  );

  it("is nothing when the whole site rises, or when another feeder falls", () => {
    expect(
      watch(14, ["process", "other"], (feeder, day) => hebei(feeder, 0) * (day >= 12 ? 1.8 : 1)).shift,
    ).toEqual([]);
    const fallen = (feeder: string, day: number): number =>
      feeder === "other" && day >= 12 ? 3_000 : hebei(feeder, 0);
    expect(watch(14, ["process", "other"], fallen).shift).toEqual([]);
  });

  it("is not judged on a day that one feeder lacks", () => {
    const dark = (feeder: string, day: number): number | null =>
      feeder === "other" && day >= 12 ? null : hebei(feeder, day);
    expect(watch(14, ["process", "other"], dark).shift).toEqual([]);
  });
});
