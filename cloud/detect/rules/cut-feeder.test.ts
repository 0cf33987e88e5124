import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { isOnDeadFeeder } from "../baseline-view.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { contactChanged, deviceHeard, MIDNIGHT_MS, pollingRun } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const feeder = "incomer";
const site = { declaredCut: [{ feeder }] };
const CHANNELS = [
  channel(1, "voltage", { unit: "V", decimals: 1, phase: "L1", feeder }),
  channel(2, "voltage", { unit: "V", decimals: 1, phase: "L2", feeder }),
  channel(3, "current", { unit: "A", decimals: 1, phase: "L1", feeder }),
  channel(4, "energy-import", { unit: "kWh", decimals: 2, feeder }),
];
const DARK_METER = CHANNELS.map((each) => ({ ...each, supply: "own-feeder" as const }));
const MAINS = channel(9, "contact", {
  device: "contacts-1",
  supply: "battery",
  feeder,
  contact: { role: "mains-present", normal: 0 },
});

/** Minute readings from one minute of the test to another. */
function minutes(
  fromMin: number,
  toMin: number,
  read: { volts: number; amperes?: number; kwh?: number },
): JournalRecord[] {
  const { volts, amperes = 0, kwh = 100 } = read;
  return Array.from({ length: toMin - fromMin }, (_, index) =>
    sample((fromMin + index + 1) * MINUTE_MS, {
      1: volts * 10,
      2: volts * 10,
      3: amperes * 10,
      4: Math.round(kwh * 100),
    }),
  );
}

describe("a feeder declared cut", () => {
  it("that is dead raises nothing, whatever floats on its conductors", () => {
    const { findings, verdict } = watchChannels(CHANNELS, minutes(0, 600, { volts: 95 }), { site });
    expect(findings).toEqual([]);
    expect(verdict.verdict).toBe("sealed");
  });

  it("that was never dead is 未断电, orange, within two minutes", () => {
    const { opened, verdict } = watchChannels(CHANNELS, minutes(0, 3, { volts: 228 }), { site });
    expect(opened.map(({ rule, atMs }) => [rule, atMs])).toEqual([
      ["cut-feeder", MIDNIGHT_MS + 2 * MINUTE_MS],
    ]);
    expect(opened[0]?.text.zh).toBe("未断电：incomer 回路已申报断电，00:01:00–00:02:00 仍带电（228 V）");
    expect(opened[0]?.text.en).toContain("feeder incomer is declared cut, yet live");
    expect(verdict).toMatchObject({ level: "orange", verdict: "signs" });
  });

  it("that carries load though never dead stays orange: nobody proved it dead", () => {
    const records = minutes(0, 30, { volts: 228, amperes: 40 });
    expect(watchChannels(CHANNELS, records, { site }).verdict.level).toBe("orange");
  });

  it("is live again without load: orange, with the volts", () => {
    const records = [...minutes(0, 60, { volts: 3 }), ...minutes(60, 65, { volts: 226 })];
    const { opened, verdict } = watchChannels(CHANNELS, records, { site });
    expect(opened[0]?.text.zh).toBe("incomer 回路已断电，01:02 起恢复带电（226 V，应为 0）");
    expect(verdict.level).toBe("orange");
  });

  it("with load after it was proven dead is red by itself, within two readings", () => {
    const records = [...minutes(0, 60, { volts: 3 }), ...minutes(60, 62, { volts: 226, amperes: 12 })];
    const { findings, verdict } = watchChannels(CHANNELS, records, { site });
    expect(findings.at(-1)).toMatchObject({ conclusive: true, measured: 12, unit: "A" });
    expect(findings.at(-1)?.text.en).toBe(
      "load on feeder incomer, proven dead before, since 01:02 (12 A, expected 0)",
    );
    expect(verdict).toMatchObject({ level: "red", verdict: "restarted" });
  });

  it("one count of its register after it was proven dead is load", () => {
    const records = [...minutes(0, 60, { volts: 3 }), ...minutes(60, 61, { volts: 3, kwh: 100.07 })];
    const { verdict, opened } = watchChannels(CHANNELS, records, { site });
    expect(verdict.level).toBe("red");
    expect(opened[0]?.text.zh).toContain("（电量读数 100.07 kWh 仍在走字，应为 0）");
  });

  it("what was counted before the cut was proven is not held against it, nor a register that rolls over", () => {
    const records = [
      ...minutes(0, 1, { volts: 3, kwh: 50 }),
      sample(70 * MINUTE_MS, { 1: 30, 2: 30 }),
      sample(85 * MINUTE_MS, { 1: 30, 2: 30 }),
      ...minutes(100, 101, { volts: 3, kwh: 51 }),
      ...minutes(101, 102, { volts: 3, kwh: 0 }),
    ];
    expect(watchChannels(CHANNELS, records, { site }).findings).toEqual([]);
  });

  it("a single wild reading is no load", () => {
    const records = [
      ...minutes(0, 60, { volts: 3 }),
      ...minutes(60, 61, { volts: 3, amperes: 900 }),
      ...minutes(61, 90, { volts: 3 }),
    ];
    expect(watchChannels(CHANNELS, records, { site }).findings).toEqual([]);
  });

  it("an outage of the grid does not pass for a cut once it was found live", () => {
    const records = [
      ...minutes(0, 60, { volts: 228, amperes: 5 }),
      ...minutes(60, 180, { volts: 0 }),
      ...minutes(180, 240, { volts: 228, amperes: 5 }),
    ];
    const { opened, verdict } = watchChannels(CHANNELS, records, { site });
    expect(opened.length).toBe(1);
    expect(verdict.level).toBe("orange");
  });

  it("clears, and is armed, after a day of proven death", () => {
    const records = [
      ...minutes(0, 60, { volts: 228 }),
      ...minutes(60, 60 + 1_442, { volts: 0 }),
      ...minutes(1_502, 1_504, { volts: 228, amperes: 9 }),
    ];
    const { findings, verdict } = watchChannels(CHANNELS, records, { site });
    expect(findings.filter(({ phase }) => phase === "cleared")[0]?.text.zh).toContain("现已断电");
    expect(verdict.level).toBe("red");
  });

  it("that was live again is over after half an hour of death", () => {
    const records = [
      ...minutes(0, 60, { volts: 3 }),
      ...minutes(60, 65, { volts: 226 }),
      ...minutes(65, 100, { volts: 3 }),
    ];
    const ends = watchChannels(CHANNELS, records, { site }).findings.filter(
      ({ phase }) => phase === "cleared",
    );
    expect(ends.map(({ atMs }) => (atMs - MIDNIGHT_MS) / MINUTE_MS)).toEqual([96]);
  });

  it("is proven dead by its voltage or a mains contact only: a current of nothing proves nothing", () => {
    const [, , current] = CHANNELS;
    if (!current) throw new Error("no current");
    const amperes = Array.from({ length: 62 }, (_, minute) =>
      sample((minute + 1) * MINUTE_MS, { 3: minute < 60 ? 0 : 120 }),
    );
    const { opened, verdict } = watchChannels([current], amperes, { site });
    expect(opened[0]?.text.en).toMatch(/^not cut: /);
    expect(verdict.level).toBe("orange");
  });

  it("is judged from the day on that it was declared cut", () => {
    const later = { declaredCut: [{ feeder, sinceMs: MIDNIGHT_MS + DAY_MS }] };
    const records = minutes(0, 600, { volts: 228, amperes: 30 });
    expect(watchChannels(CHANNELS, records, { site: later }).findings).toEqual([]);
  });
});

describe("a meter that is dark because its own feeder is cut", () => {
  const absent = (fromMin: number, toMin: number): JournalRecord[] =>
    Array.from({ length: (toMin - fromMin) / 5 }, (_, index) => {
      const endMin = fromMin + 5 * (index + 1);
      return pollingRun((endMin - 5) * MINUTE_MS, endMin * MINUTE_MS, 9, 0);
    });
  const lost = deviceHeard(MINUTE_MS, { device: "meter-1", isHeard: false });

  it("is sealed, not unknown, while a mains contact proves the cut", () => {
    const { state, verdict, findings } = watchChannels(
      [...DARK_METER, channel(5, "active-power", { unit: "W", supply: "own-feeder", feeder }), MAINS],
      [contactChanged(1, { channel: 9, value: 0 }), lost, ...absent(0, 120)],
      { site },
    );
    expect(findings).toEqual([]);
    expect(verdict).toMatchObject({ verdict: "sealed", level: "none" });
    expect(isOnDeadFeeder(state, 5)).toBe(true);
  });

  it("is unknown without such a contact, and as soon as nobody watches the contact any more", () => {
    const alone = watchChannels([...DARK_METER, MAINS], [lost, sample(HOUR_MS, {})], { site });
    expect(alone.verdict.verdict).toBe("unknown");
    const records = [
      contactChanged(1, { channel: 9, value: 0 }),
      lost,
      ...absent(0, 60),
      deviceHeard(61 * MINUTE_MS, { device: "contacts-1", isHeard: false }),
    ];
    const { verdict, opened } = watchChannels([...DARK_METER, MAINS], records, { site });
    expect(verdict.verdict).toBe("unknown");
    expect(opened.map(({ device }) => device).sort()).toEqual(["contacts-1", "meter-1"]);
  });

  it("re-energised without load is orange by its contact; the first count is red", () => {
    const dark = [contactChanged(1, { channel: 9, value: 0 }), lost, ...absent(0, 60)];
    const live = [
      contactChanged(61 * MINUTE_MS, { channel: 9, value: 1 }),
      pollingRun(61 * MINUTE_MS, 64 * MINUTE_MS, 9, 1),
      deviceHeard(62 * MINUTE_MS, { device: "meter-1", isHeard: true }),
    ];
    const channels = [...DARK_METER, MAINS];
    expect(watchChannels(channels, [...dark, ...live], { site }).verdict.level).toBe("orange");
    const loaded = minutes(64, 68, { volts: 227, amperes: 15 });
    expect(watchChannels(channels, [...dark, ...live, ...loaded], { site }).verdict.level).toBe("red");
  });
});
