/** Deviations beyond this count linearly (Huber 1964): tails are heavier than the normal one. */
export const HUBER = 3;

/** What a deviation of `z` scales costs, nats. */
export function huberLoss(z: number): number {
  const size = Math.abs(z);
  return size <= HUBER ? (size * size) / 2 : HUBER * (size - HUBER / 2);
}
