import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "../context-entry.ts";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
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

/** The supply was cut, or connected again, at an hour of the test. */
function supply(kind: "feeder-cut" | "feeder-restored", hour: number): ContextEntry {
  return { kind, effectiveMs: MIDNIGHT_MS + hour * HOUR_MS, by: "李工", feeder: "water" };
}

/** Phase, strength and hour of each fact. */
function told(findings: ReturnType<typeof watchChannels>["findings"]): string[] {
  return findings.map(
    ({ phase, strength, atMs }) => `${phase} ${strength} ${((atMs - MIDNIGHT_MS) / HOUR_MS).toFixed(1)}`,
  );
}

describe("a supply that is declared cut while water runs", () => {
  const running = register((minute) => minute / 10, 20 * 60);

  it("ends what the night told, and is strong after ten counts", () => {
    const { findings, opened, verdict } = watchChannels([WATER], running, {
      context: [supply("feeder-cut", 8)],
    });
    expect(opened.map(({ strength, openedAtMs }) => [strength, openedAtMs - MIDNIGHT_MS])).toEqual([
      ["weak", 4 * HOUR_MS + 10 * MINUTE_MS],
      ["weak", 8 * HOUR_MS + 20 * MINUTE_MS],
    ]);
    expect(told(findings)).toContain("cleared weak 8.0");
    const ended = findings.find(({ phase }) => phase === "cleared");
    expect(ended?.text.zh).toMatch(/没有停顿，后申报断水$/);
    expect(ended?.text.en).toMatch(/; since declared cut$/);
    expect(told(findings)).toContain("updated strong 9.7");
    expect(findings.at(-1)).toMatchObject({ phase: "updated", strength: "strong" });
    expect(verdict.level).toBe("orange");
  });

  it("by the configuration is told the same, and nothing is counted that came before the cut", () => {
    const sinceMs = MIDNIGHT_MS + 8 * HOUR_MS;
    const { findings, opened } = watchChannels([WATER], running, {
      site: { declaredCut: [{ feeder: "water", sinceMs }] },
    });
    expect(findings.at(-1)).toMatchObject({ strength: "strong" });
    expect(opened[1]?.window.fromMs).toBe(sinceMs);
    const hourly = [sample(7.9 * HOUR_MS, { 1: 5_000 }), sample(8.9 * HOUR_MS, { 1: 5_072 })];
    expect(watchChannels([WATER], hourly, { context: [supply("feeder-cut", 8)] }).findings).toEqual([]);
  });
});

describe("a supply that is connected again with approval", () => {
  /** Three counts in the first half-hour, and permitted water from the second hour on. */
  const permitted = register((minute) => Math.min(3, minute / 10) + Math.max(0, minute - 60), 5 * 60);

  it("ends what the cut told, and no permitted count is held against it", () => {
    const { findings, verdict } = watchChannels([WATER], permitted, {
      site: CUT,
      context: [supply("feeder-restored", 1)],
    });
    expect(told(findings).slice(0, 2)).toEqual(["opened weak 0.5", "cleared weak 1.0"]);
    expect(findings[1]?.text.zh).toMatch(/应为 0），后登记恢复供水$/);
    expect(findings[1]?.text.en).toMatch(/expected 0\); since declared restored$/);
    expect(findings.map(({ strength }) => strength)).not.toContain("strong");
    expect(verdict.level).not.toBe("orange");
  });

  it("is judged by the night from then on only", () => {
    const { opened } = watchChannels(
      [WATER],
      register((minute) => minute / 10, 6 * 60),
      { context: [supply("feeder-cut", 0.5), supply("feeder-restored", 1)] },
    );
    const night = opened.filter(({ text }) => text.zh.startsWith("夜间"));
    expect(night.length).toBe(1);
    expect(night[0]?.window.fromMs).toBeGreaterThanOrEqual(MIDNIGHT_MS + HOUR_MS);
  });

  it("ends it though nobody reads the meter then", () => {
    const records = [...permitted.slice(0, 5), sample(2 * HOUR_MS, {})];
    const { findings } = watchChannels([WATER], records, {
      site: CUT,
      context: [supply("feeder-restored", 1)],
    });
    expect(told(findings)).toEqual(["opened weak 0.5", "cleared weak 1.0"]);
  });

  it("and cut once more is held to what is counted since", () => {
    const between = register(
      (minute) => (minute > 30 ? 1 : 0) + Math.min(90, Math.max(0, minute - 60)) + (minute > 200 ? 1 : 0),
      5 * 60,
    );
    const again = [supply("feeder-restored", 1), supply("feeder-cut", 3)];
    expect(watchChannels([WATER], between, { site: CUT, context: again }).findings).toEqual([]);
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
