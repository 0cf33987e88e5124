import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const CHANNELS = [channel(1, "voc", { device: "gas-1", unit: "ppb" })];
const STEP_MS = 5 * MINUTE_MS;

function watch(days: number, ppbAt: (atMs: number) => number | null) {
  const records: JournalRecord[] = [];
  for (let atMs = STEP_MS; atMs <= days * DAY_MS; atMs += STEP_MS)
    records.push(sample(atMs, { 1: ppbAt(atMs) }));
  const watched = watchChannels(CHANNELS, records);
  return { ...watched, fault: watched.findings.filter(({ rule }) => rule === "voc-fault") };
}

const alive = (atMs: number): number =>
  60 + Math.round(9 * Math.sin(atMs / 7e5) + 5 * Math.sin(atMs / 1.9e6));

describe("a gas sensor", () => {
  it.each([
    ["stuck", 63],
    ["saturated", 5_000],
    ["dead", 0],
  ])("that is %s makes its site unknown after six hours, until it moves again", (_, value) => {
    const fromMs = 4 * DAY_MS;
    const { fault } = watch(6, (atMs) => (atMs > fromMs && atMs <= fromMs + DAY_MS ? value : alive(atMs)));
    expect(fault.map(({ phase }) => phase)).toEqual(["opened", "cleared"]);
    expect((fault[0]?.atMs ?? 0) - MIDNIGHT_MS - fromMs).toBeLessThanOrEqual(6.2 * HOUR_MS);
    expect(fault[0]).toMatchObject({ evidence: "silence", measured: value });
    const during = watch(4.5, (atMs) => (atMs > fromMs ? value : alive(atMs))).verdict;
    // What rose before the sensor reached its end stays a sign.
    expect(during.verdict).toBe(value > 1_000 ? "signs" : "unknown");
    const silence = during.episodes.find((episode) => episode.class === "silence");
    expect(silence?.sentence.zh).toMatch(/疑似卡死、饱和或失效，情况不明/);
    expect(silence?.sentence.en).toContain(`the gas reading has been ${value} ppb since 01-09 00:05`);
  });

  it("that shows less than nothing is dead, however it wavers", () => {
    const { fault } = watch(6, (atMs) => (atMs > 4 * DAY_MS ? -5 - alive(atMs) : alive(atMs)));
    expect(fault.map(({ phase }) => phase)).toEqual(["opened"]);
  });

  it("that counts coarsely is let stand as long as it used to", () => {
    // One count for most of a night, every night.
    const coarse = (atMs: number): number => 100 + 100 * Math.floor((atMs % DAY_MS) / (4 * HOUR_MS) / 3);
    const steady = (atMs: number): number => coarse(atMs) + (atMs % DAY_MS > 20 * HOUR_MS ? alive(atMs) : 0);
    expect(watch(12, steady).fault).toEqual([]);
  });

  it("that has never moved is told after three days, and never while nobody asks it", () => {
    const { fault } = watch(5, () => 100);
    expect(fault.length).toBe(1);
    expect((fault[0]?.atMs ?? 0) - MIDNIGHT_MS).toBeGreaterThanOrEqual(3 * DAY_MS);
    expect(watch(6, (atMs) => (atMs > 4 * DAY_MS && atMs < 5 * DAY_MS ? null : alive(atMs))).fault).toEqual(
      [],
    );
  });
});
