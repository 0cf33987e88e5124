import fc from "fast-check";
import { expect, it } from "vitest";
import { afterPoll, type DeviceHealth, FRESH_HEALTH, mayAsk } from "./device-health.ts";

const bounds = { lostAfterMisses: 3, probeFirstMs: 1_000, probeMaxMs: 60_000 };

function live(answers: readonly boolean[], stepMs: number) {
  let health: DeviceHealth = FRESH_HEALTH;
  const changes: { change: string; atMs: number }[] = [];
  const asked: number[] = [];
  answers.forEach((answered, index) => {
    const atMs = index * stepMs;
    if (!mayAsk(health, atMs)) return;
    asked.push(atMs);
    const next = afterPoll(health, answered, atMs, bounds);
    health = next.health;
    if (next.change) changes.push({ change: next.change, atMs });
  });
  return { health, changes, asked };
}

it("lost and regained take turns, whatever happens", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 300 }),
      fc.integer({ min: 1, max: 5_000 }),
      (answers, stepMs) => {
        const { changes } = live(answers, stepMs);
        changes.forEach(({ change }, index) => {
          expect(change).toBe(index % 2 === 0 ? "device-lost" : "device-regained");
        });
      },
    ),
  );
});

it("aDeadDeviceIsLostOnceAndProbedEverMoreRarelyUpToTheBound", () => {
  const { changes, asked } = live(new Array(2_000).fill(false), 1_000);
  expect(changes).toEqual([{ change: "device-lost", atMs: 2_000 }]);
  const waits = asked.slice(3).map((atMs, index) => atMs - (asked[index + 2] ?? 0));
  expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  expect(Math.max(...waits)).toBe(60_000);
});

it("twoMissesAndAnAnswerAreNoLoss", () => {
  expect(live([true, false, false, true, false, false, true], 1_000).changes).toEqual([]);
});

it("theFirstAnswerOfALostDeviceRegainsIt", () => {
  const { changes, health } = live([false, false, false, true], 1_000);
  expect(changes.map(({ change }) => change)).toEqual(["device-lost", "device-regained"]);
  expect(health).toEqual(FRESH_HEALTH);
});
