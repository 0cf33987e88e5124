import { seededRandom } from "@sealwatch/platform";
import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const gas = { device: "gas-1", supply: "battery" } as const;
const CHANNELS = [
  channel(1, "voc", { ...gas, unit: "ppb" }),
  channel(2, "temperature", { ...gas, unit: "°C", decimals: 1 }),
  channel(3, "humidity", { ...gas, unit: "%", decimals: 1 }),
];

interface Air {
  readonly seed: number;
  readonly days: number;
  /** How much a degree and a per cent of humidity add, ppb. */
  readonly perDegree?: number;
  readonly perPercent?: number;
  /** Sensor drift, ppb a day. */
  readonly driftPerDay?: number;
  /** What the plant adds, ppb. */
  readonly emitted?: (ms: number) => number;
}

/** A background of 60 ppb with its daily course, weather and noise; a reading every five minutes. */
function air({
  seed,
  days,
  perDegree = 0,
  perPercent = 0,
  driftPerDay = 0,
  emitted = () => 0,
}: Air): JournalRecord[] {
  const random = seededRandom(seed, "air");
  let [noise, weather, damp] = [0, 0, 0];
  return Array.from({ length: days * 288 }, (_, index) => {
    const atMs = (index + 1) * 5 * MINUTE_MS;
    const keep = Math.exp(-5 / 45);
    noise = keep * noise + 7 * Math.sqrt(1 - keep ** 2) * random.normal();
    const slow = Math.exp(-5 / 2_880);
    weather = slow * weather + 4 * Math.sqrt(1 - slow ** 2) * random.normal();
    damp = slow * damp + 10 * Math.sqrt(1 - slow ** 2) * random.normal();
    const course = Math.cos((2 * Math.PI * (atMs - 15 * HOUR_MS)) / DAY_MS);
    const [celsius, percent] = [17 + 5 * course + weather, Math.min(99, 61 - 11 * course + damp)];
    const clean = 60 + 14 * course + noise + perDegree * (celsius - 17) + perPercent * (percent - 61);
    const voc = Math.max(1, clean + (driftPerDay * atMs) / DAY_MS + emitted(atMs));
    return sample(atMs, { 1: Math.round(voc), 2: Math.round(celsius * 10), 3: Math.round(percent * 10) });
  });
}

describe("VOC", () => {
  it("of a quiet site raises less than one finding a year", () => {
    let opened = 0;
    for (let seed = 1; seed <= 4; seed++)
      opened += watchChannels(CHANNELS, air({ seed, days: 180 })).opened.length;
    expect(opened).toBeLessThanOrEqual(1);
  });

  it("of a sensor that drifts, and that feels heat and damp, raises as little", () => {
    let opened = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const records = air({ seed, days: 120, perDegree: 2, perPercent: 0.8, driftPerDay: 0.4 });
      opened += watchChannels(CHANNELS, records).opened.length;
    }
    expect(opened).toBeLessThanOrEqual(1);
  });

  it("that a plant adds is a weak sign within an hour, with background and values, and clears when the air does", () => {
    const fromMs = 8 * DAY_MS + 2 * HOUR_MS;
    const emitted = (ms: number): number => (ms > fromMs && ms < fromMs + 5 * HOUR_MS ? 300 : 0);
    const { findings, opened, verdict } = watchChannels(CHANNELS, air({ seed: 5, days: 9, emitted }));
    expect(opened.length).toBe(1);
    const delayMs = (opened[0]?.atMs ?? Infinity) - MIDNIGHT_MS - fromMs;
    expect(delayMs).toBeLessThanOrEqual(HOUR_MS);
    expect(opened[0]?.text.zh).toMatch(/^02:\d\d–02:\d\d 挥发物 \d{3} ppb，扣除温湿度后的背景 \d\d ppb$/);
    expect(opened[0]?.text.en).toMatch(/^02:\d\d–02:\d\d VOC \d{3} ppb, background \d\d ppb with /);
    expect(opened[0]).toMatchObject({ evidence: "voc", strength: "weak" });
    expect(findings.at(-1)?.phase).toBe("cleared");
    expect(verdict.episodes[0]?.level).toBe("yellow");
  });

  it("that stays for a week is not learned as normal", () => {
    const emitted = (ms: number): number => (ms > 8 * DAY_MS ? 120 : 0);
    const { findings } = watchChannels(CHANNELS, air({ seed: 6, days: 15, emitted }));
    expect(findings.some(({ phase }) => phase === "cleared")).toBe(false);
    expect(findings.at(-1)?.expected).toBeLessThan(90);
  });

  it.each<[string, (index: number, voc: number) => number | null]>([
    ["stuck at a high value", (index, voc) => (index > 2_500 ? 900 : voc)],
    ["dropping out to zero", (index, voc) => (index % 40 < 10 ? 0 : voc)],
    ["not answering", (index, voc) => (index > 2_500 ? null : voc)],
  ])("of a sensor %s is no rise that lasts", (_, spoil) => {
    const records = air({ seed: 7, days: 14 }).map((record, index) => {
      if (record.type !== "sample") return record;
      const [voc = 0, ...rest] = record.scaled;
      return { ...record, scaled: [spoil(index, voc ?? 0), ...rest] };
    });
    expect(
      watchChannels(CHANNELS, records).findings.filter(
        ({ atMs, openedAtMs }) => atMs > openedAtMs + 3 * HOUR_MS,
      ),
    ).toEqual([]);
  });

  it("that has risen for good is the background once a person has it learned anew", () => {
    const emitted = (ms: number): number => (ms > 8 * DAY_MS ? 300 : 0);
    const records = air({ seed: 5, days: 16, emitted });
    const resetMs = MIDNIGHT_MS + 10 * DAY_MS;
    const reset = { kind: "baseline-reset", effectiveMs: resetMs, by: "王科长" } as const;
    expect(watchChannels(CHANNELS, records).findings.at(-1)?.phase).not.toBe("cleared");
    const { findings } = watchChannels(CHANNELS, records, { context: [reset] });
    expect(findings.at(-1)?.phase).toBe("cleared");
    expect(findings.every(({ atMs }) => atMs <= resetMs)).toBe(true);
  });
});
