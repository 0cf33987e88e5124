import { describe, expect, it } from "vitest";
import { batchQueue } from "./batch-queue.ts";

describe("batch queue", () => {
  it("handsOnInOrderAndInBoundedBatches", async () => {
    const batches: number[][] = [];
    const queue = batchQueue<number>({ batchMax: 4, queueMax: 100 }, async (items) => {
      batches.push([...items]);
    });
    await Promise.all(Array.from({ length: 10 }, (_, item) => queue.push(item)));
    expect(batches.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
  });

  it("aBatchThatFailsRejectsItsOwnItemsOnly", async () => {
    const queue = batchQueue<string>({ batchMax: 1, queueMax: 100 }, async ([item]) => {
      if (item === "bad") throw new Error("disk");
    });
    const results = await Promise.allSettled(["good", "bad", "good"].map((item) => queue.push(item)));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("refusesMoreThanItsBound", async () => {
    const queue = batchQueue<number>({ batchMax: 1, queueMax: 2 }, async () => {});
    const results = await Promise.allSettled([1, 2, 3].map((item) => queue.push(item)));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    await queue.idle();
  });
});
