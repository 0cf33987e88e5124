import type { Clock } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { SteppedTime } from "./stepped-time.ts";

const START_MS = 1_000_000;

/** A real clock that stands still until it is told to move. */
function handClock(wallMs: number) {
  let elapsedMs = 0;
  const waiting: { dueMs: number; resolve: () => void }[] = [];
  const clock: Clock = {
    wallMs: () => wallMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleepUntil: (dueMs, signal) =>
      new Promise((resolve) => {
        waiting.push({ dueMs, resolve });
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  const pass = async (ms: number) => {
    elapsedMs += ms;
    for (const { dueMs, resolve } of waiting) if (dueMs <= elapsedMs) resolve();
    await new Promise(setImmediate);
  };
  return { clock, pass };
}

function stepped(untilNow = false, realAheadMs = 0) {
  const moves: number[] = [];
  const { clock, pass } = handClock(START_MS + realAheadMs);
  const onMoved = (nowMs: number) => moves.push(nowMs);
  const time = new SteppedTime({ startMs: START_MS, untilNow, real: clock, lateMs: () => 0, onMoved });
  const sleeper = () => {
    const wokenAt: number[] = [];
    return { wokenAt, wake: () => wokenAt.push(time.nowMs()) };
  };
  return { time, moves, pass, sleeper };
}

describe("stepped time", () => {
  it("standsStillUntilEverySleeperSleepsThenIsTheEarliestDueTime", () => {
    const { time, sleeper } = stepped();
    const [a, b] = [sleeper(), sleeper()];
    time.join(a);
    time.join(b);
    time.sleep(a, START_MS + 60_000);
    expect(time.nowMs()).toBe(START_MS);
    time.sleep(b, START_MS + 10_000);
    expect(time.nowMs()).toBe(START_MS + 10_000);
    expect(b.wokenAt).toEqual([START_MS + 10_000]);
    expect(a.wokenAt).toEqual([]);
    time.sleep(b, START_MS + 60_000);
    expect(a.wokenAt).toEqual([START_MS + 60_000]);
    expect(b.wokenAt).toEqual([START_MS + 10_000, START_MS + 60_000]);
  });

  it("oneThatLeavesIsWaitedForNoLonger", () => {
    const { time, sleeper } = stepped();
    const [a, b] = [sleeper(), sleeper()];
    time.join(a);
    time.join(b);
    time.sleep(a, START_MS + 5_000);
    time.leave(b);
    expect(a.wokenAt).toEqual([START_MS + 5_000]);
  });

  it("aSecondSleepTakesThePlaceOfTheFirst", () => {
    const { time, sleeper } = stepped();
    const [a, b] = [sleeper(), sleeper()];
    time.join(a);
    time.join(b);
    time.sleep(a, START_MS + 60_000);
    time.sleep(a, START_MS + 20_000);
    time.sleep(b, START_MS + 60_000);
    expect(a.wokenAt).toEqual([START_MS + 20_000]);
  });

  it("aMomentThatHasPassedWakesAtOnceWithoutMovingTime", () => {
    const { time, sleeper } = stepped();
    const [a, b] = [sleeper(), sleeper()];
    time.join(a);
    time.join(b);
    time.sleep(a, START_MS - 1);
    expect(a.wokenAt).toEqual([START_MS]);
  });

  it("theSiteIsMovedBeforeAnybodyWakes", () => {
    const { time, moves } = stepped();
    const seen: number[] = [];
    const a = { wake: () => seen.push(moves.length) };
    time.join(a);
    time.sleep(a, START_MS + 1);
    expect(seen).toEqual([1]);
  });

  it("becomesRealTimeOnceItHasCaughtUpAndAnswersSleepsAtTheirRealMoment", async () => {
    const { time, sleeper, pass } = stepped(true, 90_000);
    const a = sleeper();
    time.join(a);
    time.sleep(a, START_MS + 60_000);
    expect(time.pace).toBe("stepped");
    time.sleep(a, START_MS + 120_000);
    expect(time.pace).toBe("real");
    expect(time.nowMs()).toBe(START_MS + 90_000);
    await pass(29_000);
    expect(a.wokenAt).toEqual([START_MS + 60_000]);
    await pass(1_000);
    expect(a.wokenAt).toEqual([START_MS + 60_000, START_MS + 120_000]);
    await pass(500);
    expect(time.nowMs()).toBe(START_MS + 120_500);
  });

  it("inRealTimeAReplacedSleepDoesNotWakeAnybody", async () => {
    const { time, sleeper, pass } = stepped(true);
    const a = sleeper();
    time.join(a);
    time.sleep(a, START_MS + 1_000);
    time.sleep(a, START_MS + 3_000);
    await pass(1_500);
    expect(a.wokenAt).toEqual([]);
    await pass(1_500);
    expect(a.wokenAt).toEqual([START_MS + 3_000]);
  });

  it("aStartAtThePresentIsRealFromTheBeginning", () => {
    expect(stepped(true, 0).time.pace).toBe("real");
    expect(stepped(false, 0).time.pace).toBe("stepped");
  });
});
