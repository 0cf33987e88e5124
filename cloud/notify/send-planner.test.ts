import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEVELS, levelRank } from "./notification.ts";
import { freeAtMs, rememberedMs, type SendLimit } from "./rate-window.ts";
import { type ChannelLane, DIGEST_MEMBERS_MAX, planSend, type Waiting } from "./send-planner.ts";

const RED = levelRank("red");
const ROBOT: readonly SendLimit[] = [{ max: 20, windowMs: 60_000 }];
const FEISHU: readonly SendLimit[] = [
  { max: 100, windowMs: 60_000 },
  { max: 5, windowMs: 1_000 },
];
const lane = (change: Partial<ChannelLane> = {}): ChannelLane => ({
  ...{ limits: ROBOT, digests: true, starts: [], blockedUntilMs: 0, underWay: 0 },
  ...change,
});
const waiting = (id: string, level: (typeof LEVELS)[number], change: Partial<Waiting> = {}): Waiting => ({
  ...{ id, again: false, person: null, levelRank: levelRank(level), createdMs: 0, dueMs: 0 },
  ...change,
});

describe("one plan", () => {
  it("redGoesFirstAndAlone", () => {
    const yellows = Array.from({ length: 9 }, (_, at) => waiting(`y${at}`, "yellow"));
    const plan = planSend([...yellows, waiting("r", "red", { createdMs: 5 })], lane(), 10);
    expect(plan).toMatchObject({ kind: "send", members: [{ id: "r" }] });
  });

  it("manyYellowAndBlueBecomeOneMessageOfWhatItHolds", () => {
    const many = Array.from({ length: 50 }, (_, at) => waiting(`y${at}`, at % 2 ? "yellow" : "blue"));
    const plan = planSend(many, lane(), 10);
    expect(plan.kind === "send" && plan.members).toHaveLength(DIGEST_MEMBERS_MAX);
  });

  it("twoAreTwoMessagesAndOrangeIsItsOwn", () => {
    const two = [waiting("y1", "yellow"), waiting("y2", "blue")];
    expect(planSend(two, lane(), 10)).toMatchObject({ members: [{ id: "y1" }] });
    const plan = planSend([...two, waiting("b", "blue"), waiting("o", "orange")], lane(), 10);
    expect(plan.kind === "send" && plan.members.map(({ id }) => id)).toEqual(["o"]);
  });

  it("aDigestIsForOnePerson", () => {
    const mixed = ["a", "b", "a", "b", "a"].map((person, at) => waiting(`y${at}`, "yellow", { person }));
    const plan = planSend(mixed, lane(), 10);
    expect(plan.kind === "send" && plan.members.map(({ id }) => id)).toEqual(["y0", "y2", "y4"]);
  });

  it("programsGetNoDigest", () => {
    const many = Array.from({ length: 9 }, (_, at) => waiting(`y${at}`, "yellow"));
    expect(planSend(many, lane({ digests: false }), 10)).toMatchObject({ members: [{ id: "y0" }] });
  });

  it("whatWasTriedBeforeGoesAgainAsItWas", () => {
    const many = Array.from({ length: 9 }, (_, at) => waiting(`y${at}`, "yellow"));
    const plan = planSend([...many, waiting("d", "yellow", { again: true, createdMs: 9 })], lane(), 10);
    expect(plan.kind === "send" && plan.members.map(({ id }) => id)).toEqual(["d"]);
  });

  it("redLeavesABlockedChannelAndOthersWait", () => {
    const blocked = lane({ blockedUntilMs: 600_000 });
    expect(planSend([waiting("r", "red"), waiting("y", "yellow")], blocked, 10)).toMatchObject({
      kind: "fail-over",
      one: { id: "r" },
    });
    expect(planSend([waiting("o", "orange")], blocked, 10)).toEqual({ kind: "wait", untilMs: 600_000 });
  });

  it("theLastPlaceUnderWayIsReds", () => {
    const busy = lane({ underWay: 3 });
    expect(planSend([waiting("o", "orange")], busy, 10)).toEqual({ kind: "wait", untilMs: null });
    expect(planSend([waiting("r", "red")], busy, 10).kind).toBe("send");
  });

  it("aQuarterOfTheLimitIsKeptForRed", () => {
    const starts = Array.from({ length: 15 }, (_, at) => at);
    expect(freeAtMs(ROBOT, starts, 100, false)).toBe(61_000);
    expect(freeAtMs(ROBOT, starts, 100, true)).toBe(100);
  });
});

interface Arrival {
  readonly atMs: number;
  readonly level: (typeof LEVELS)[number];
  readonly person: string | null;
}

const arrivals = fc.array(
  fc.record<Arrival>({
    atMs: fc.integer({ min: 0, max: 120_000 }),
    level: fc.constantFrom(...LEVELS),
    person: fc.constantFrom(null, "wang", "li"),
  }),
  { maxLength: 150 },
);
/** How long each send takes, and whether it must be sent again; used in turn. */
const outcomes = fc.array(fc.record({ tookMs: fc.integer({ min: 1, max: 4_000 }), again: fc.boolean() }), {
  minLength: 1,
  maxLength: 40,
});

interface Sent {
  readonly atMs: number;
  readonly members: readonly string[];
  readonly redWaited: boolean;
  readonly red: boolean;
}

/** Plays a channel in virtual time by the planner's word alone. */
function play(
  limits: readonly SendLimit[],
  coming: readonly Arrival[],
  results: readonly { tookMs: number; again: boolean }[],
): Sent[] {
  const queue = coming
    .map((one, at) =>
      waiting(`n${at}`, one.level, { person: one.person, createdMs: one.atMs, dueMs: one.atMs }),
    )
    .sort((a, b) => a.createdMs - b.createdMs);
  let open = [...queue];
  let ending: { atMs: number; back: Waiting | null }[] = [];
  const content = new Map<string, readonly string[]>();
  const sent: Sent[] = [];
  for (let nowMs = 0, turn = 0; ; ) {
    for (const { back } of ending.filter(({ atMs }) => atMs <= nowMs)) if (back) open.push(back);
    ending = ending.filter(({ atMs }) => atMs > nowMs);
    if (open.length + ending.length === 0) break;
    const starts = sent.map(({ atMs }) => atMs).filter((atMs) => atMs >= nowMs - rememberedMs(limits));
    const here = open.filter(({ createdMs }) => createdMs <= nowMs);
    const plan = planSend(here, lane({ limits, starts, underWay: ending.length }), nowMs);
    if (plan.kind === "fail-over") throw new Error("nothing is blocked here");
    if (plan.kind === "wait") {
      const times = [plan.untilMs ?? Number.POSITIVE_INFINITY, ...ending.map(({ atMs }) => atMs)];
      const next = open.map(({ createdMs }) => createdMs).filter((atMs) => atMs > nowMs);
      nowMs = Math.min(...times.filter((atMs) => atMs > nowMs), ...next);
      if (!Number.isFinite(nowMs)) throw new Error("the planner waits for ever");
      continue;
    }
    const { members } = plan;
    open = open.filter((one) => !members.includes(one));
    const ids = members.flatMap((one) => content.get(one.id) ?? [one.id]);
    const red = members.some((one) => one.levelRank === RED);
    sent.push({
      atMs: nowMs,
      members: ids,
      red,
      redWaited: here.some((one) => one.levelRank === RED) && !red,
    });
    const result = results[turn % results.length] ?? { tookMs: 1, again: false };
    const first = members[0];
    const back = { ...first, id: `m${turn}`, again: true, dueMs: nowMs + result.tookMs };
    // Every message goes through at its second try at the latest.
    const again = result.again && !first.again;
    if (again) content.set(back.id, ids);
    ending.push({ atMs: nowMs + result.tookMs, back: again ? back : null });
    turn++;
  }
  return sent;
}

describe.each([
  ["a robot", ROBOT],
  ["Feishu", FEISHU],
  ["one a minute", [{ max: 1, windowMs: 60_000 }]],
])("%s over time", (_name, limits) => {
  it("losesNothing_keepsEveryWindow_letsRedWaitForNobody", () => {
    const property = fc.property(arrivals, outcomes, (coming, results) => {
      const sent = play(limits, coming, results);
      expect(new Set(sent.flatMap(({ members }) => members)).size).toBe(coming.length);
      for (const { max, windowMs } of limits) {
        for (let last = max; last < sent.length; last++) {
          const spanMs = (sent[last]?.atMs ?? 0) - (sent[last - max]?.atMs ?? 0);
          expect(spanMs).toBeGreaterThan(windowMs);
        }
      }
      expect(sent.filter(({ redWaited }) => redWaited)).toEqual([]);
      expect(sent.filter(({ red, members }) => red && members.length > 1)).toEqual([]);
    });
    fc.assert(property, { numRuns: 60 });
  });
});
