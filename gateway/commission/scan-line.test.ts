import type { Clock } from "@sealwatch/platform";
import { QUALITY } from "@sealwatch/protocols";
import { expect, it } from "vitest";
import type { Link } from "../sense/link.ts";
import { type ScanProgress, scanEstimateMs, scanLine } from "./scan-line.ts";
import { type LineMode, modeText, planFirstPass, type ScanWish, USUAL_SCAN_MAX_MS } from "./scan-plan.ts";

const USUAL: ScanWish = { line: "serial", exhaustive: false };

/** A line where nobody answers and each question takes `share` of what it was estimated at, on a clock that only moves by it. */
function emptyLine(share: number) {
  let nowMs = 0;
  const clock: Clock = { wallMs: () => nowMs, monotonicMs: () => nowMs, sleepUntil: async () => {} };
  const costs = new Map(planFirstPass(USUAL).map(({ mode, estimateMs }) => [modeText(mode), estimateMs]));
  const openLink = (mode: LineMode): Link => ({
    id: "line",
    transact: async () => {
      nowMs += (costs.get(modeText(mode)) ?? 0) * share;
      const sent = Uint8Array.of(1);
      return { quality: QUALITY.noAnswer, sentMs: nowMs, tookMs: 0, sent, received: new Uint8Array(0) };
    },
    close: async () => {},
    stats: () => ({ up: true, utilisation: 1, waiting: 0, drained: 0, stations: new Map() }),
  });
  return { openLink, clock };
}

it("theTimeLeftIsThatOfTheWholeScanOnALineWithNobody", async () => {
  const { openLink, clock } = emptyLine(0.9);
  const told: (ScanProgress & { atMs: number })[] = [];
  const result = await scanLine(USUAL, {
    openLink,
    profiles: [],
    clock,
    tell: (progress) => told.push({ ...progress, atMs: clock.monotonicMs() }),
    signal: new AbortController().signal,
  });
  expect(result.tookMs).toBeLessThan(USUAL_SCAN_MAX_MS);
  expect(scanEstimateMs(USUAL)).toBeLessThan(USUAL_SCAN_MAX_MS);
  for (const { atMs, leftMs, done, of } of told) {
    expect(Math.abs(atMs + leftMs - result.tookMs)).toBeLessThan(0.15 * result.tookMs);
    expect(of).toBe(result.asked);
    expect(done).toBeLessThan(of);
  }
});
