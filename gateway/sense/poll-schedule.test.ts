import fc from "fast-check";
import { expect, it } from "vitest";
import { nextPoll, staggerMs } from "./poll-schedule.ts";

const cadence = fc
  .record({
    intervalMs: fc.integer({ min: 1, max: 100_000 }),
    slot: fc.integer({ min: 0, max: 10_000 }),
    phase: fc.double({ min: 0, max: 0.999, noNaN: true }),
    tookMs: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ intervalMs, slot, phase, tookMs }) => {
    const phaseMs = Math.floor(phase * intervalMs);
    const dueMs = phaseMs + slot * intervalMs;
    return { intervalMs, phaseMs, dueMs, nowMs: dueMs + tookMs };
  });

it("the next poll is the first moment of the cadence that has not begun, and counts what was skipped", () => {
  fc.assert(
    fc.property(cadence, ({ intervalMs, phaseMs, dueMs, nowMs }) => {
      const next = nextPoll(dueMs, nowMs, intervalMs, phaseMs);
      expect((next.dueMs - phaseMs) % intervalMs).toBe(0);
      expect(next.dueMs).toBeGreaterThan(nowMs);
      expect(next.dueMs - intervalMs).toBeLessThanOrEqual(nowMs);
      expect(dueMs + (next.missed + 1) * intervalMs).toBe(next.dueMs);
    }),
  );
});

it("devices of one cadence get different moments within it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 100, max: 100_000 }),
      (devices, intervalMs) => {
        const phases = Array.from({ length: devices }, (_, index) => staggerMs(index, devices, intervalMs));
        expect(new Set(phases).size).toBe(devices);
        for (const phase of phases) expect(phase).toBeLessThan(intervalMs);
      },
    ),
  );
});
