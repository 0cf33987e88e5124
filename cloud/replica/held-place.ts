import type { Hello } from "@sealwatch/protocols";

/**
 * The newest place, of the journal that a hello describes, that the replica holds; null: none of it. Looking from the newest
 * epoch back finds the fork by itself when a gateway runs from an older image of its card: an epoch that it has closed counts
 * only as far as it says, whatever we hold of it. Its last epoch is still growing.
 */
export function heldPlace(
  hello: Hello,
  heads: ReadonlyMap<string, { readonly seq: number }>,
): { epoch: string; seq: number } | null {
  for (const [index, held] of [...hello.epochs.entries()].reverse()) {
    const head = heads.get(held.epoch);
    const growing = index === hello.epochs.length - 1;
    const seq = growing ? (head?.seq ?? 0) : Math.min(head?.seq ?? 0, held.newestSeq);
    if (seq > 0) return { epoch: held.epoch, seq };
  }
  return null;
}
