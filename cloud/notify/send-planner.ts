import type { Channel } from "./channel.ts";
import { levelRank } from "./notification.ts";
import { freeAtMs } from "./rate-window.ts";

/** So many of blue and yellow that are due at once become one message. */
const DIGEST_FROM = 3;
/** Members of one digest: as many lines as the smallest robot's message takes. */
export const DIGEST_MEMBERS_MAX = 20;
/** A channel that asks for a longer pause than this is no way for red: the next one's turn. */
const RED_PATIENCE_MS = 30_000;
/** Sends under way on one channel; the last place is red's. */
const UNDER_WAY_MAX = 4;

const RED = levelRank("red");
const YELLOW = levelRank("yellow");
const BLUE = levelRank("blue");

/** What waits for a channel: a delivery, or a message that was tried before. */
export interface Waiting {
  readonly id: string;
  /** True: it was sent before and goes again as it was, digest or not. */
  readonly again: boolean;
  readonly person: string | null;
  readonly levelRank: number;
  readonly createdMs: number;
  readonly dueMs: number;
}

/** A channel as it stands. */
export interface ChannelLane extends Pick<Channel, "limits" | "digests"> {
  /** When sends began, ascending, as far back as the limits look. */
  readonly starts: readonly number[];
  readonly blockedUntilMs: number;
  readonly underWay: number;
}

export type SendPlan =
  | { readonly kind: "send"; readonly members: readonly [Waiting, ...Waiting[]] }
  /** The channel takes nothing for long: this one goes by the next. */
  | { readonly kind: "fail-over"; readonly one: Waiting }
  /** Look again then; null: when something changes. */
  | { readonly kind: "wait"; readonly untilMs: number | null };

/** The next thing to do on one channel: red first, blue and yellow together when there are many. Pure. */
export function planSend(waiting: readonly Waiting[], lane: ChannelLane, nowMs: number): SendPlan {
  const due = waiting.filter(({ dueMs }) => dueMs <= nowMs).sort(byUrgency);
  const [first] = due;
  if (!first) return { kind: "wait", untilMs: earliest(waiting) };
  const isRed = first.levelRank === RED;
  if (lane.blockedUntilMs > nowMs) {
    const long = lane.blockedUntilMs - nowMs > RED_PATIENCE_MS;
    return isRed && long ? { kind: "fail-over", one: first } : { kind: "wait", untilMs: lane.blockedUntilMs };
  }
  if (lane.underWay >= (isRed ? UNDER_WAY_MAX : UNDER_WAY_MAX - 1)) return { kind: "wait", untilMs: null };
  const freeMs = freeAtMs(lane.limits, lane.starts, nowMs, isRed);
  if (freeMs > nowMs) return { kind: "wait", untilMs: freeMs };
  return { kind: "send", members: lane.digests ? together(first, due) : [first] };
}

/** The first alone, or with those that go to the same people in one digest. */
function together(first: Waiting, due: readonly Waiting[]): [Waiting, ...Waiting[]] {
  if (!isDigestible(first)) return [first];
  const others = due.filter((one) => one !== first && isDigestible(one) && one.person === first.person);
  if (others.length + 1 < DIGEST_FROM) return [first];
  return [first, ...others.slice(0, DIGEST_MEMBERS_MAX - 1)];
}

function isDigestible({ again, levelRank: rank }: Waiting): boolean {
  return !again && (rank === YELLOW || rank === BLUE);
}

/** By level, then what was tried before, then by age. */
function byUrgency(a: Waiting, b: Waiting): number {
  const again = Number(b.again) - Number(a.again);
  return b.levelRank - a.levelRank || again || a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1);
}

function earliest(waiting: readonly Waiting[]): number | null {
  return waiting.length === 0 ? null : Math.min(...waiting.map(({ dueMs }) => dueMs));
}
