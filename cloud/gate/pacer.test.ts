import { type Clock, systemClock } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { Pacer } from "./pacer.ts";

it("keepsTheOrderAndTheRateOfWhatItSlowsDown", async () => {
  const pacer = new Pacer(
    { burst: 10, perSecond: 1000, keysMax: 3 },
    systemClock,
    AbortSignal.timeout(9_000),
  );
  const startedMs = systemClock.monotonicMs();
  const done: number[] = [];
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const turn = pacer.pace("a");
      if (turn) await turn;
      done.push(index);
    }),
  );
  expect(done).toEqual([...done].sort((left, right) => left - right));
  expect(systemClock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(50);
  await systemClock.sleepUntil(systemClock.monotonicMs() + 20);
  expect(pacer.pace("a")).toBeNull();
});

it("holdsNobodyWhenItStops", async () => {
  const stopping = new AbortController();
  const never: Clock = { ...systemClock, monotonicMs: () => 0 };
  const pacer = new Pacer({ burst: 1, perSecond: 0.001, keysMax: 3 }, never, stopping.signal);
  expect(pacer.pace("a")).toBeNull();
  const turn = pacer.pace("a");
  stopping.abort();
  await turn;
});
