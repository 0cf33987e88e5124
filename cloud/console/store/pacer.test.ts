import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPacer } from "./pacer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("manyPokesAreOneRun", async () => {
  let runs = 0;
  const pacer = createPacer(async () => void runs++, 500);
  for (let i = 0; i < 50; i++) pacer.poke();
  await vi.advanceTimersByTimeAsync(5000);
  expect(runs).toBe(1);
});

test("aPokeDuringARunIsNotLostAndRunsNeverOverlap", async () => {
  let runs = 0;
  let atOnce = 0;
  let most = 0;
  const pacer = createPacer(async () => {
    runs++;
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    atOnce--;
  }, 500);
  pacer.poke();
  await vi.advanceTimersByTimeAsync(1000);
  pacer.poke();
  pacer.poke();
  await vi.advanceTimersByTimeAsync(10_000);
  expect({ runs, most }).toEqual({ runs: 2, most: 1 });
});
