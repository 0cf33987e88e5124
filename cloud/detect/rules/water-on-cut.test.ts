import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../local-time.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const WATER = channel(1, "water-volume", { device: "water-1", unit: "m3", decimals: 2, feeder: "water" });
const CUT = { declaredCut: [{ feeder: "water" }] };

/** Register readings every ten minutes, by counts of 10 L. */
function register(counts: (minute: number) => number, minutes: number): JournalRecord[] {
  return Array.from({ length: minutes / 10 }, (_, index) =>
    sample((index + 1) * 10 * MINUTE_MS, { 1: 5_000 + counts((index + 1) * 10) }),
  );
}

describe("a water supply declared cut", () => {
  it("that stands still raises nothing, nor does one knock on the pipe", () => {
    expect(
      watchChannels(
        [WATER],
        register(() => 0, 3_000),
        { site: CUT },
      ).findings,
    ).toEqual([]);
    const knock = register((minute) => (minute > 500 ? 1 : 0), 3_000);
    expect(watchChannels([WATER], knock, { site: CUT }).findings).toEqual([]);
  });

  it("that runs is a sign at the second count and strong at the tenth", () => {
    const { findings, verdict } = watchChannels(
      [WATER],
      register((minute) => minute / 10, 120),
      {
        site: CUT,
      },
    );
    expect(findings.map(({ phase, strength }) => `${phase} ${strength}`)).toContain("opened weak");
    expect(findings.at(-1)).toMatchObject({ evidence: "water", strength: "strong" });
    expect(findings[0]?.text.zh).toBe("已申报断水，00:10–00:30 水表走字 0.02 m³（2 个脉冲，应为 0）");
    expect(findings[0]?.text.en).toBe(
      "water declared cut, yet 0.02 m³ passed 00:10–00:30 (2 counts, expected 0)",
    );
    expect(verdict.level).toBe("orange");
  });

  it("another meter or a register that rolls over is no water", () => {
    const records = [
      ...register(() => 0, 100),
      sample(110 * MINUTE_MS, { 1: 3 }),
      sample(120 * MINUTE_MS, { 1: 3 }),
    ];
    expect(watchChannels([WATER], records, { site: CUT }).findings).toEqual([]);
  });

  it("clears six hours after the last count", () => {
    const { findings } = watchChannels(
      [WATER],
      register((minute) => Math.min(5, minute / 10), 600),
      {
        site: CUT,
      },
    );
    expect(findings.at(-1)?.phase).toBe("cleared");
  });
});

describe("water at night where it may run", () => {
  it("that never pauses for four hours is a weak sign", () => {
    const { opened, verdict } = watchChannels(
      [WATER],
      register((minute) => minute / 10, 300),
    );
    expect(opened[0]?.text.zh).toMatch(/^夜间 00:\d0–04:\d0 持续用水 0\.2\d m³，没有停顿$/);
    expect(opened[0]?.text.en).toMatch(/^water ran through the night 00:\d0–04:\d0 .*: 0\.2\d m³$/);
    expect(verdict.level).toBe("yellow");
  });

  it("of a tank that fills now and then is none", () => {
    const tank = register((minute) => 20 * Math.floor(minute / 90), 360);
    expect(watchChannels([WATER], tank).findings).toEqual([]);
  });

  it("by day is none", () => {
    const day = register((minute) => (minute > 400 && minute < 1_200 ? minute - 400 : 0), 1_200);
    expect(watchChannels([WATER], day).findings).toEqual([]);
  });
});

const FLOW = channel(2, "water-flow", { device: "water-2", unit: "L/min", decimals: 1, feeder: "water" });

/** A flow in L/min by the minute. */
function flow(minutes: number, litresPerMin: (minute: number) => number): JournalRecord[] {
  return Array.from({ length: minutes }, (_, minute) =>
    sample((minute + 1) * MINUTE_MS, { 2: Math.round(10 * litresPerMin(minute)) }),
  );
}

describe("a meter that gives a flow", () => {
  it("on a supply declared cut is a sign at the second ten litres and strong at the tenth", () => {
    const { findings } = watchChannels(
      [FLOW],
      flow(60, () => 4),
      { site: CUT },
    );
    expect(findings[0]).toMatchObject({ phase: "opened", strength: "weak", measured: 0.02 });
    expect(findings[0]?.text.zh).toMatch(/水表走字 0\.02 m³（按流量累计，应为 0）/);
    expect(findings.at(-1)).toMatchObject({ strength: "strong" });
  });

  it("whose zero wanders, or that shows a spike now and then, is no water", () => {
    const wandering = flow(1_440, (minute) => 0.3 * Math.sin(minute / 40));
    expect(watchChannels([FLOW], wandering, { site: CUT }).findings).toEqual([]);
    const spikes = flow(1_440, (minute) => (minute % 480 === 7 ? 4 : 0));
    expect(watchChannels([FLOW], spikes, { site: CUT }).findings).toEqual([]);
  });

  it("that never stands still through four hours of the night is weak, with the least of it", () => {
    const { findings } = watchChannels(
      [FLOW],
      flow(6 * 60, (minute) => 3 + Math.sin(minute / 9)),
    );
    expect(findings[0]).toMatchObject({ phase: "opened", strength: "weak", evidence: "water" });
    expect(findings[0]?.text.zh).toMatch(/持续用水 0\.\d+ m³，没有停顿，最小流量 120 L\/h/);
    const paused = flow(6 * 60, (minute) => (minute % 180 === 100 ? 0 : 3));
    expect(watchChannels([FLOW], paused).findings).toEqual([]);
  });

  it("says nothing of what passed while nobody asked", () => {
    const records = [sample(MINUTE_MS, { 2: 50 }), sample(600 * MINUTE_MS, { 2: 50 })];
    expect(watchChannels([FLOW], records, { site: CUT }).findings).toEqual([]);
  });
});
