/** A stretch of time, from inclusive, to exclusive. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same stretches in order, overlaps merged, cut to the window. */
export function mergeStretches(stretches: readonly Stretch[], window: Stretch): Stretch[] {
  const merged: { fromMs: number; toMs: number }[] = [];
  const cut = stretches
    .map((one) => ({ fromMs: Math.max(one.fromMs, window.fromMs), toMs: Math.min(one.toMs, window.toMs) }))
    .filter((one) => one.toMs > one.fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  for (const one of cut) {
    const last = merged.at(-1);
    if (last !== undefined && one.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, one.toMs);
    else merged.push(one);
  }
  return merged;
}

/** True when any stretch touches the open interval between two moments. */
export function touches(stretches: readonly Stretch[], fromMs: number, toMs: number): boolean {
  return stretches.some((one) => one.fromMs < toMs && one.toMs > fromMs);
}
