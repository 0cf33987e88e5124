import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterAck,
  afterHello,
  afterLoss,
  afterSend,
  afterStall,
  backlogOf,
  fitting,
  isStalled,
  OFFLINE,
  type SentSegment,
  type UplinkPlan,
  WINDOW_SEGMENTS,
  wanted,
} from "./uplink-plan.ts";

const segment = (ord: number): SentSegment => ({
  ord,
  position: { epoch: "00".repeat(8), seq: ord, hash: "00".repeat(32) },
  size: 1_000,
});
const segments = (after: number, count: number) =>
  Array.from({ length: count }, (_, index) => segment(after + index + 1));

function streaming(headOrd: number | null, nowMs = 0): UplinkPlan {
  return afterAck(afterHello(OFFLINE, nowMs), "hello", headOrd, nowMs);
}

/** A cloud that takes segments in order, loses what a script tells it to lose, and asks for what it misses. */
function replicate(newestOrd: number, losses: readonly boolean[], cuts: readonly boolean[]): number[] {
  const held: number[] = [];
  let plan = OFFLINE;
  let nowMs = 0;
  let sends = 0;
  for (let round = 0; round < 2_000 && held.length < newestOrd; round++) {
    nowMs += 700;
    if (plan.phase === "offline")
      plan = afterAck(afterHello(plan, nowMs), "hello", held.at(-1) ?? null, nowMs);
    const want = wanted(plan, newestOrd);
    const sent = want ? segments(want.afterOrd, Math.min(want.limit, newestOrd - want.afterOrd)) : [];
    plan = afterSend(plan, sent, nowMs);
    expect(plan.inFlight.length).toBeLessThanOrEqual(WINDOW_SEGMENTS);
    for (const { ord } of sent) {
      if (losses[sends++]) continue;
      if (ord === (held.at(-1) ?? 0) + 1) {
        held.push(ord);
        plan = afterAck(plan, "commit", ord, nowMs);
      } else if (ord > held.length) plan = afterAck(plan, "rewind", held.at(-1) ?? null, nowMs);
    }
    if (cuts[round] || isStalled(plan, nowMs)) plan = afterLoss(plan);
  }
  return held;
}

describe("replication", () => {
  it("delivers everything in order through any losses and cuts that end", () => {
    const finite = fc.array(fc.boolean(), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), finite, finite, (newest, losses, cuts) => {
        const held = replicate(newest, losses, cuts);
        expect(held).toEqual(Array.from({ length: held.length }, (_, index) => index + 1));
        expect(held.length).toBe(newest);
      }),
    );
  });

  it("sendsNothingBeforeTheHelloIsAnswered", () => {
    expect(wanted(afterHello(OFFLINE, 0), 10)).toBeNull();
    expect(afterAck(afterHello(OFFLINE, 0), "commit", 3, 0).phase).toBe("greeting");
  });

  it("beginsBehindTheHeadAndFromTheOldestWhenTheCloudHoldsNone", () => {
    expect(wanted(streaming(7), 10)).toEqual({ afterOrd: 7, limit: WINDOW_SEGMENTS });
    expect(wanted(streaming(null), 10)).toEqual({ afterOrd: 0, limit: WINDOW_SEGMENTS });
  });

  it("anOlderAckThatComesLateMovesNothing", () => {
    const plan = afterAck(afterSend(streaming(5), segments(5, 4), 0), "commit", 8, 1);
    expect(afterAck(plan, "commit", 6, 2)).toBe(plan);
    expect(plan.inFlight.map(({ ord }) => ord)).toEqual([9]);
  });

  it("aCloudRestoredFromABackupIsRefilled", () => {
    const plan = afterAck(streaming(90), "hello", 40, 5);
    expect(wanted(plan, 100)?.afterOrd).toBe(40);
  });

  it("echoesOfARewindDoNotSendTheWindowAgain", () => {
    const once = afterAck(afterSend(streaming(0), segments(0, 5), 0), "rewind", 0, 10);
    const resent = afterSend(once, segments(0, 5), 10);
    expect(afterAck(resent, "rewind", 0, 20)).toBe(resent);
    expect(afterAck(resent, "rewind", 0, 2_000).sentOrd).toBe(0);
  });

  it("sendsOneAtATimeAfterAStallUntilTheCloudMoves", () => {
    const again = afterAck(afterHello(afterLoss(afterStall(streaming(3))), 0), "hello", 3, 0);
    expect(wanted(again, 100)).toEqual({ afterOrd: 3, limit: 1 });
    const moved = afterAck(afterSend(again, segments(3, 1), 0), "commit", 4, 1);
    expect(wanted(moved, 100)).toEqual({ afterOrd: 4, limit: WINDOW_SEGMENTS });
  });

  it("givesUpOnACloudThatAsksForTheSameAgainAndAgain", () => {
    let plan = streaming(3);
    for (let count = 1; count <= 5; count++) {
      expect(isStalled(plan, count * 2_000)).toBe(false);
      plan = afterAck(afterSend(plan, segments(3, 1), count * 2_000), "rewind", 3, count * 2_000);
    }
    expect(isStalled(afterSend(plan, segments(3, 1), 10_001), 10_001)).toBe(true);
  });

  it("hasNoMoreBytesInFlightThanASlowLinkCarriesSoon", () => {
    const large = (count: number) => Array.from({ length: count }, () => ({ bytes: new Uint8Array(20_000) }));
    expect(fitting(streaming(0), large(9)).length).toBe(3);
    const busy = afterSend(streaming(0), [{ ...segment(1), size: 60_000 }], 0);
    expect(fitting(busy, large(9)).length).toBe(0);
    expect(fitting(streaming(0), [{ bytes: new Uint8Array(200_000) }, ...large(2)]).length).toBe(1);
    expect(wanted(afterSend(streaming(0), [{ ...segment(1), size: 70_000 }], 0), 100)).toBeNull();
  });

  it("isStalledOnlyWhileTheCloudOwesAnAnswer", () => {
    expect(isStalled(streaming(0, 0), 60_000)).toBe(false);
    const waiting = afterSend(streaming(0, 0), segments(0, 1), 30_000);
    expect(isStalled(waiting, 49_000)).toBe(false);
    expect(isStalled(waiting, 50_000)).toBe(true);
    expect(isStalled(afterHello(OFFLINE, 0), 20_000)).toBe(true);
  });

  it("hasNoBacklogWhileOffline", () => {
    expect(backlogOf(afterLoss(streaming(3)), 100)).toBe(0);
    expect(backlogOf(streaming(3), 100)).toBe(97);
  });
});
