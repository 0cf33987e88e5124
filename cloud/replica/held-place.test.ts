import { describe, expect, it } from "vitest";
import { heldPlace } from "./held-place.ts";

const epoch = (name: string, newestSeq: number) => ({ epoch: name, parent: null, oldestSeq: 1, newestSeq });
const hello = (...epochs: ReturnType<typeof epoch>[]) => ({ epochs, software: "" });
const heads = (entries: Record<string, number>) =>
  new Map(Object.entries(entries).map(([name, seq]) => [name, { seq }]));

describe("the place the replica holds of a journal", () => {
  it("isNothingForAnEmptyReplica", () => {
    expect(heldPlace(hello(epoch("a", 5)), heads({}))).toBeNull();
  });

  it("isTheHeadOfTheNewestEpochHeld", () => {
    expect(heldPlace(hello(epoch("a", 5), epoch("b", 9)), heads({ a: 5, b: 7 }))).toEqual({
      epoch: "b",
      seq: 7,
    });
    expect(heldPlace(hello(epoch("a", 5), epoch("b", 9)), heads({ a: 3 }))).toEqual({ epoch: "a", seq: 3 });
  });

  it("isTheForkWhenAnOldImageRunsAgain", () => {
    const restored = hello(epoch("a", 5), epoch("c", 0));
    expect(heldPlace(restored, heads({ a: 9, b: 4 }))).toEqual({ epoch: "a", seq: 5 });
  });

  it("growsWithTheLastEpoch", () => {
    expect(heldPlace(hello(epoch("a", 2)), heads({ a: 8 }))).toEqual({ epoch: "a", seq: 8 });
  });
});
