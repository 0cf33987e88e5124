import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "../context-entry.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

/** Two days and a half from midnight on, power by the hour of the local day, nothing accepted. */
function watch(
  wattsAt: (hourOfDay: number, hour: number) => number | null,
  site: { formerLoadW?: number } = {},
  intervalMs = 5 * MINUTE_MS,
) {
  const records: JournalRecord[] = [];
  for (let atMs = intervalMs; atMs <= 60 * HOUR_MS; atMs += intervalMs) {
    const hour = Math.floor((atMs - 1) / HOUR_MS);
    records.push(sample(atMs, { 1: wattsAt(hour % 24, hour) }));
  }
  const watched = watchChannels([channel(1, "active-power", { unit: "W", intervalMs })], records, {
    site: { formerLoadW: 60_000, ...site },
  });
  return {
    ...watched,
    ratio: watched.findings.filter(({ rule }) => rule === "night-ratio"),
    share: watched.findings.filter(({ rule }) => rule === "former-share"),
  };
}

const isNight = (hour: number): boolean => hour >= 22 || hour < 4;

describe("a night that took more than the day", () => {
  it("is weak the first time and strong the second night running, with nothing learned", () => {
    const { ratio } = watch((hour) => (isNight(hour) ? 12_000 : 400));
    const [first] = ratio;
    expect(first).toMatchObject({ phase: "opened", strength: "weak", evidence: "power", unit: "kWh" });
    // 24 kWh at 12 kW are two hours after ten in the evening.
    expect((first?.atMs ?? 0) - MIDNIGHT_MS).toBe(24 * HOUR_MS);
    const strong = ratio.find(({ strength }) => strength === "strong");
    expect((strong?.atMs ?? 0) - MIDNIGHT_MS).toBe(50 * HOUR_MS);
    expect(strong?.text.zh).toMatch(/夜间 .* 用电 48\.0 kWh，为白天 6\.4 kWh 的 7\.5 倍，连续两夜/);
    expect(strong?.text.en).toMatch(
      /^night .*: 48\.0 kWh, 7\.5 times the 6\.4 kWh of the day before, two nights running$/,
    );
    // The night is over at six; the first mean of the next day says so.
    const ended = ratio.filter(({ phase }) => phase === "cleared").map(({ atMs }) => atMs - MIDNIGHT_MS);
    expect(ended).toEqual([30.25 * HOUR_MS, 54.25 * HOUR_MS]);
  });

  it("is nothing below the floor, however large the ratio: lamps, a heater at night", () => {
    expect(watch((hour) => (isNight(hour) ? 1_800 : 10)).ratio).toEqual([]);
    expect(watch((hour) => (isNight(hour) ? 400 : 0), { formerLoadW: 2_000 }).ratio).toEqual([]);
  });

  it("is nothing after a day that nobody measured", () => {
    const dark = (hour: number): number | null => (hour >= 6 && hour < 20 ? null : 12_000);
    expect(watch(dark).ratio).toEqual([]);
  });

  it("is seen at a reading an hour", () => {
    const { ratio } = watch((hour) => (isNight(hour) ? 12_000 : 400), {}, HOUR_MS);
    expect(ratio.map(({ strength }) => strength)).toContain("strong");
  });
});

describe("a quarter of the former load", () => {
  it("for half an hour is strong, with nothing learned, and clears an hour after it is over", () => {
    const { share } = watch((_, hour) => (hour === 30 || hour === 31 ? 18_000 : 400));
    expect(share.map(({ phase }) => phase)).toEqual(expect.arrayContaining(["opened", "cleared"]));
    expect(share[0]).toMatchObject({ strength: "strong", measured: 18, expected: 15 });
    expect((share[0]?.atMs ?? 0) - MIDNIGHT_MS).toBe(30.5 * HOUR_MS);
    expect(share[0]?.text.en).toMatch(/18\.0 kW on average, 30 % of the former load; .* below 15\.0 kW/);
    expect(share[0]?.text.zh).toMatch(/平均 18\.0 kW，为关停前负荷的 30%，停产厂点应低于 15\.0 kW$/);
    expect((share.at(-1)?.atMs ?? 0) - MIDNIGHT_MS).toBe(33 * HOUR_MS);
  });

  it("is told although it was accepted by night, and not where it was accepted around the clock", () => {
    const context: ContextEntry[] = [
      { kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 8 * DAY_MS, by: "李工" },
    ];
    const told = (wattsAt: (hourOfDay: number) => number): number => {
      const records: JournalRecord[] = [];
      for (let atMs = 5 * MINUTE_MS; atMs <= 10 * DAY_MS; atMs += 5 * MINUTE_MS)
        records.push(sample(atMs, { 1: wattsAt(Math.floor((atMs - 1) / HOUR_MS) % 24) }));
      const channels = [channel(1, "active-power", { unit: "W", intervalMs: 5 * MINUTE_MS })];
      return watchChannels(channels, records, { context }).opened.filter(
        ({ rule, openedAtMs }) => rule === "former-share" && openedAtMs > MIDNIGHT_MS + 8 * DAY_MS,
      ).length;
    };
    expect(told((hour) => (isNight(hour) ? 18_000 : 400))).toBeGreaterThan(0);
    expect(told(() => 18_000)).toBe(0);
  });

  it("is neither a single mean that is high, nor less than a kilowatt, nor anything when nobody knows the former load", () => {
    const spike = (_: number, hour: number): number => (hour === 30 ? 50_000 : 400);
    expect(watch(spike, {}, HOUR_MS).share).toEqual([]);
    expect(watch(() => 700, { formerLoadW: 1_100 }).share).toEqual([]);
    expect(watch(() => 50_000, { formerLoadW: 0 }).share).toEqual([]);
  });
});
