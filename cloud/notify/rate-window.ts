/** At most `max` sends within any `windowMs`. */
export interface SendLimit {
  readonly max: number;
  readonly windowMs: number;
}

/** What leaves late may arrive early against the next: windows are kept this much longer than the service counts. */
const MARGIN_MS = 1_000;
/** Of a channel's limit this part is kept free for red. */
const RESERVED_FOR_RED = 0.25;

/** How long starts must be remembered. */
export function rememberedMs(limits: readonly SendLimit[]): number {
  return Math.max(0, ...limits.map(({ windowMs }) => windowMs + MARGIN_MS));
}

/** The earliest time one more may be sent; `nowMs` when that is now. `starts` ascend. Pure. */
export function freeAtMs(
  limits: readonly SendLimit[],
  starts: readonly number[],
  nowMs: number,
  urgent: boolean,
): number {
  return limits.reduce((freeMs, limit) => Math.max(freeMs, freeOf(limit, starts, nowMs, urgent)), nowMs);
}

function freeOf(
  { max, windowMs }: SendLimit,
  starts: readonly number[],
  nowMs: number,
  urgent: boolean,
): number {
  const allowed = urgent ? max : Math.max(1, max - Math.ceil(max * RESERVED_FOR_RED));
  // The one that must have left the window before another may enter.
  const blocking = starts[starts.length - allowed];
  return blocking === undefined ? nowMs : Math.max(nowMs, blocking + windowMs + MARGIN_MS);
}
