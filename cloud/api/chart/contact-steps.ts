/** A contact's position from `atMs` on; null: not known. */
export interface ContactStep {
  readonly atMs: number;
  readonly value: number | null;
}

/** Steps in time order without repetitions, with "not known" wherever nothing was recorded. Pure. */
export function contactTrack(
  steps: readonly ContactStep[],
  gaps: readonly { fromMs: number; toMs: number }[],
): ContactStep[] {
  const unknown = gaps.map((gap) => ({ atMs: gap.fromMs, value: null }));
  const ordered = [...steps, ...unknown].sort((left, right) => left.atMs - right.atMs);
  return ordered.filter((step, index) => index === 0 || step.value !== ordered[index - 1]?.value);
}
