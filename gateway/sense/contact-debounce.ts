/** When a contact's new position is believed. */
export interface DebounceBounds {
  readonly debouncePolls: number;
  readonly debounceMs: number;
}

/** A position that was seen, but not for long enough; null while all agrees with what is known. */
export interface Unconfirmed {
  readonly value: number;
  /** The polls that saw it, each answered, none between them that saw another. */
  readonly atMs: readonly number[];
}

/** What a poll says once noise is taken out: the polls that now count, and what is still unconfirmed. */
export interface DebounceStep {
  readonly unconfirmed: Unconfirmed | null;
  readonly believed: readonly { readonly value: number | null; readonly atMs: number }[];
}

/**
 * Takes one poll of a contact whose believed position is `known`. Polls that agree with it count at once. Others count, each at its
 * own time, when `debouncePolls` in a row have agreed for `debounceMs`; if the contact falls back before that they were noise and
 * prove nothing. Silence (null) counts as such and confirms nothing. Pure.
 */
export function debounce(
  known: number | null,
  unconfirmed: Unconfirmed | null,
  poll: { readonly value: number | null; readonly atMs: number },
  bounds: DebounceBounds,
): DebounceStep {
  const { value, atMs } = poll;
  if (value === null || value === known) return { unconfirmed: null, believed: [poll] };
  const seen = unconfirmed?.value === value ? [...unconfirmed.atMs, atMs] : [atMs];
  const lastedMs = atMs - (seen[0] ?? atMs);
  if (seen.length >= bounds.debouncePolls && lastedMs >= bounds.debounceMs)
    return { unconfirmed: null, believed: seen.map((seenMs) => ({ value, atMs: seenMs })) };
  return { unconfirmed: { value, atMs: seen }, believed: [] };
}
