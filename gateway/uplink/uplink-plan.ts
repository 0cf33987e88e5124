import type { Ack, JournalPosition } from "@sealwatch/protocols";

/** Segments sent and not acknowledged, at most. */
export const WINDOW_SEGMENTS = 32;
/** Bytes of them: a notice over a slow mobile link waits behind no more than this. */
const WINDOW_BYTES = 64 * 1024;
/** With something outstanding and nothing acknowledged for this long, the connection is given up. */
const STALL_MS = 20_000;
/** The cloud asks for a rewind once for every segment behind the one it misses: the rest of them are echoes. */
const REWIND_ECHO_MS = 1_000;
/** Asked for the same place again this often, sending it once more will not help either. */
const REWINDS_MAX = 5;

/** A segment on its way. */
export interface SentSegment {
  readonly ord: number;
  readonly position: JournalPosition;
  readonly size: number;
}

/** Where log replication stands. Orders are places in the journal; 0 lies before the oldest segment. */
export interface UplinkPlan {
  readonly phase: "offline" | "greeting" | "streaming";
  /** The cloud holds everything up to here. */
  readonly ackedOrd: number;
  /** Everything up to here was sent in this connection. */
  readonly sentOrd: number;
  readonly inFlight: readonly SentSegment[];
  readonly progressMs: number;
  readonly rewoundMs: number;
  /** Rewinds to the same place since the last progress. */
  readonly rewinds: number;
  /** Segments that may be in flight: one after a stall until the cloud moves, so that what it will not take is not sent in bulk for ever. */
  readonly window: number;
}

export const OFFLINE: UplinkPlan = {
  phase: "offline",
  ackedOrd: 0,
  sentOrd: 0,
  inFlight: [],
  progressMs: 0,
  rewoundMs: Number.NEGATIVE_INFINITY,
  rewinds: 0,
  window: WINDOW_SEGMENTS,
};

/** Connected: hello was sent, nothing else is until its ack. */
export function afterHello(plan: UplinkPlan, nowMs: number): UplinkPlan {
  const rewoundMs = Number.NEGATIVE_INFINITY;
  return { ...plan, phase: "greeting", inFlight: [], progressMs: nowMs, rewoundMs, rewinds: 0 };
}

/** The connection is gone, and with it everything in flight. */
export function afterLoss(plan: UplinkPlan): UplinkPlan {
  return { ...plan, phase: "offline", inFlight: [] };
}

/** The connection was given up: the cloud did not move on. */
export function afterStall(plan: UplinkPlan): UplinkPlan {
  return { ...plan, window: 1 };
}

/** An ack came whose head is the segment at `headOrd`; null when the cloud holds nothing, or nothing that is held here. */
export function afterAck(
  plan: UplinkPlan,
  reason: Ack["reason"],
  headOrd: number | null,
  nowMs: number,
): UplinkPlan {
  if (plan.phase === "offline" || (plan.phase === "greeting" && reason !== "hello")) return plan;
  if (reason === "commit")
    return headOrd !== null && headOrd > plan.ackedOrd ? advance(plan, headOrd, nowMs) : plan;
  const echo = reason === "rewind" && headOrd === plan.ackedOrd && nowMs - plan.rewoundMs < REWIND_ECHO_MS;
  if (echo) return plan;
  const head = headOrd ?? 0;
  const again = reason === "rewind" && head === plan.ackedOrd;
  return {
    ...plan,
    phase: "streaming",
    rewinds: again ? plan.rewinds + 1 : 0,
    ackedOrd: head,
    sentOrd: head,
    inFlight: [],
    // A cloud that only ever rewinds makes no progress.
    progressMs: reason === "rewind" ? plan.progressMs : nowMs,
    rewoundMs: reason === "rewind" ? nowMs : plan.rewoundMs,
  };
}

/** What to read from the journal and send now, or null. */
export function wanted(
  plan: UplinkPlan,
  newestOrd: number,
): { readonly afterOrd: number; readonly limit: number } | null {
  const limit = plan.window - plan.inFlight.length;
  const full = limit <= 0 || sizeOf(plan.inFlight) >= WINDOW_BYTES;
  if (plan.phase !== "streaming" || plan.sentOrd >= newestOrd || full) return null;
  return { afterOrd: plan.sentOrd, limit };
}

/** The first of these segments, as many as the window has room for; one that is larger than the window goes alone. */
export function fitting<T extends { readonly bytes: Uint8Array }>(
  plan: UplinkPlan,
  segments: readonly T[],
): readonly T[] {
  let size = sizeOf(plan.inFlight);
  const tooMuch = segments.findIndex(({ bytes }) => {
    const first = size === 0;
    size += bytes.length;
    return !first && size > WINDOW_BYTES;
  });
  return tooMuch < 0 ? segments : segments.slice(0, tooMuch);
}

/** Segments were handed to the connection, in order. */
export function afterSend(plan: UplinkPlan, segments: readonly SentSegment[], nowMs: number): UplinkPlan {
  const last = segments.at(-1);
  if (!last) return plan;
  return {
    ...plan,
    sentOrd: last.ord,
    inFlight: [...plan.inFlight, ...segments],
    progressMs: plan.inFlight.length === 0 ? nowMs : plan.progressMs,
  };
}

/** True when the cloud owes an answer for too long. */
export function isStalled(plan: UplinkPlan, nowMs: number): boolean {
  const owed = plan.phase === "greeting" || (plan.phase === "streaming" && plan.inFlight.length > 0);
  return owed && (nowMs - plan.progressMs >= STALL_MS || plan.rewinds >= REWINDS_MAX);
}

/** Segments that the cloud is known to lack while connected; 0 otherwise. */
export function backlogOf(plan: UplinkPlan, newestOrd: number): number {
  return plan.phase === "offline" ? 0 : Math.max(0, newestOrd - plan.ackedOrd);
}

function advance(plan: UplinkPlan, headOrd: number, nowMs: number): UplinkPlan {
  return {
    ...plan,
    ackedOrd: headOrd,
    sentOrd: Math.max(plan.sentOrd, headOrd),
    inFlight: plan.inFlight.filter(({ ord }) => ord > headOrd),
    progressMs: nowMs,
    rewinds: 0,
    window: WINDOW_SEGMENTS,
  };
}

function sizeOf(segments: readonly SentSegment[]): number {
  return segments.reduce((sum, { size }) => sum + size, 0);
}
