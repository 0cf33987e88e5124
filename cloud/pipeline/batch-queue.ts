import { cloudError } from "../errors.ts";

/** Collects what arrives while the last batch is committed, and hands it on together. */
export interface BatchQueue<Item> {
  /** Resolves once the item's batch is done; rejects with what the batch threw, or QUEUE_FULL. */
  push(item: Item): Promise<void>;
  /** Resolves when nothing is waiting or under way. */
  idle(): Promise<void>;
}

/** Group commit: at most `batchMax` items a batch, one batch at a time, at most `queueMax` waiting. */
export function batchQueue<Item>(
  bounds: { batchMax: number; queueMax: number },
  process: (items: readonly Item[]) => Promise<void>,
): BatchQueue<Item> {
  const waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let running: Promise<void> | undefined;

  const runAll = async (): Promise<void> => {
    // One turn of the event loop lets the rest of a network read join the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.splice(0, bounds.batchMax);
      try {
        await process(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  };
  return {
    push(item) {
      if (waiting.length >= bounds.queueMax)
        return Promise.reject(cloudError("QUEUE_FULL", { max: bounds.queueMax }));
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= runAll();
      });
    },
    idle: async () => {
      while (running) await running;
    },
  };
}
