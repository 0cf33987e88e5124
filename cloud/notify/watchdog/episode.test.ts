import { describe, expect, it } from "vitest";
import type { AlertPathStatus } from "../alert-path.ts";
import { afterTelling, type Episode, faultOf, follow, NO_EPISODE } from "./episode.ts";

const BOUNDS = { silentAfterMs: 300_000, overdueAfterMs: 900_000, selfTestWithinMs: 93_600_000 };
const well = (change: Partial<AlertPathStatus> = {}): AlertPathStatus => ({
  ...{ beatAgeMs: 4_000, overdue: 0, oldestOverdueMs: null, unrouted: 0, deliveredAgeMs: 1_000 },
  selfTest: { enqueuedAgeMs: 3_600_000, delivered: true },
  ...change,
});

describe("what is wrong", () => {
  it.each([
    ["no answer", null, { ripe: false }],
    ["a standing heart", well({ beatAgeMs: 300_001 }), { ripe: true }],
    ["a heart that never beat", well({ beatAgeMs: null }), { ripe: false }],
    ["what cannot leave", well({ oldestOverdueMs: 900_001 }), { ripe: true }],
    ["an old self-test", well({ selfTest: { enqueuedAgeMs: 93_600_001, delivered: true } }), { ripe: true }],
    ["no self-test at all", well({ selfTest: null }), { ripe: false }],
    [
      "one that reached nobody",
      well({ selfTest: { enqueuedAgeMs: 300_001, delivered: false } }),
      { ripe: true },
    ],
  ])("%s", (_what, status, fault) => {
    expect(faultOf(status, BOUNDS)).toMatchObject(fault);
  });

  it("isNothingWhenAllIsWellOrStillYoung", () => {
    expect(faultOf(well(), BOUNDS)).toBeNull();
    expect(faultOf(well({ oldestOverdueMs: 60_000 }), BOUNDS)).toBeNull();
    expect(faultOf(well({ selfTest: { enqueuedAgeMs: 1_000, delivered: false } }), BOUNDS)).toBeNull();
    expect(faultOf(well({ selfTest: null }), { ...BOUNDS, selfTestWithinMs: null })).toBeNull();
  });
});

it("tellsOncePerEpisodeAndOnceThatItIsOver", () => {
  const looks: [number, AlertPathStatus | null][] = [
    ...[0, 60, 120].map((s): [number, null] => [s, null]),
    [180, well()],
    ...[240, 300, 360, 420, 480, 540, 600, 660].map((s): [number, null] => [s, null]),
    ...[720, 780].map((s): [number, AlertPathStatus] => [s, well()]),
  ];
  let episode: Episode = NO_EPISODE;
  const told: string[] = [];
  for (const [atS, status] of looks) {
    const next = follow(episode, faultOf(status, BOUNDS), atS * 1_000, BOUNDS);
    episode = next.tell === null && status ? NO_EPISODE : next.episode;
    if (next.tell === null) continue;
    told.push(`${atS} ${next.tell}`);
    episode = afterTelling(episode, next.tell);
  }
  expect(told).toEqual(["540 silent", "720 recovered"]);
});

it("goesOnTellingWhileNobodyWasReached", () => {
  const since: Episode = { sinceMs: 0, told: false };
  const { episode, tell } = follow(since, faultOf(null, BOUNDS), 400_000, BOUNDS);
  expect(tell).toBe("silent");
  expect(follow(episode, faultOf(null, BOUNDS), 460_000, BOUNDS).tell).toBe("silent");
});
