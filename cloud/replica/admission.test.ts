import { type JournalPosition, NO_HASH, type SegmentHeader } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { admit, type ReplicaFacts } from "./admission.ts";

const hash = (letter: string) => letter.repeat(64);
const nothing: ReplicaFacts = {
  epochHead: null,
  storedHash: null,
  parentHash: null,
  newest: null,
  oldestOffered: null,
};

function header(place: {
  epoch?: string;
  seq: number;
  prev: string;
  parent?: JournalPosition | null;
}): SegmentHeader {
  return {
    gateway: "gw-000001",
    epoch: "e1",
    bodyHash: hash("b"),
    bodyLength: 0,
    fromMs: 0,
    toMs: 0,
    counts: { readings: 0, events: 0, records: 0 },
    ...place,
  };
}

describe("admission to the replica", () => {
  it("theFirstSegmentEverIsTheGenesis", () => {
    const first = header({ seq: 1, prev: NO_HASH, parent: null });
    expect(admit(first, hash("1"), nothing)).toEqual({ kind: "append", start: "genesis" });
  });

  it("theNextSegmentIsAppended", () => {
    const facts = { ...nothing, epochHead: { seq: 4, hash: hash("4") } };
    expect(admit(header({ seq: 5, prev: hash("4") }), hash("5"), facts)).toEqual({
      kind: "append",
      start: null,
    });
  });

  it("theSameSegmentTwiceIsADuplicate", () => {
    const facts = { ...nothing, epochHead: { seq: 4, hash: hash("4") }, storedHash: hash("3") };
    expect(admit(header({ seq: 3, prev: hash("2") }), hash("3"), facts).kind).toBe("duplicate");
  });

  it("aSecondSegmentForOnePlaceIsAContradiction", () => {
    const facts = { ...nothing, epochHead: { seq: 4, hash: hash("4") }, storedHash: hash("3") };
    expect(admit(header({ seq: 3, prev: hash("2") }), hash("f"), facts).kind).toBe("contradiction");
  });

  it("aSegmentThatDoesNotFollowIsAContradiction", () => {
    const facts = { ...nothing, epochHead: { seq: 4, hash: hash("4") } };
    expect(admit(header({ seq: 5, prev: hash("f") }), hash("5"), facts).kind).toBe("contradiction");
  });

  it("aHoleBeforeTheSegmentRewinds", () => {
    const facts = { ...nothing, epochHead: { seq: 4, hash: hash("4") } };
    expect(admit(header({ seq: 6, prev: hash("5") }), hash("6"), facts).kind).toBe("rewind");
    expect(admit(header({ epoch: "e2", seq: 3, prev: hash("2") }), hash("3"), nothing).kind).toBe("rewind");
  });

  it("aHoleThatTheGatewayItselfHasIsAcceptedAsOne", () => {
    const oldestOffered = { epoch: "e1", seq: 9 };
    const facts = { ...nothing, epochHead: { seq: 4, hash: hash("4") }, oldestOffered };
    expect(admit(header({ seq: 9, prev: hash("8") }), hash("9"), facts)).toEqual({
      kind: "append",
      start: null,
    });
    expect(admit(header({ seq: 8, prev: hash("7") }), hash("8"), facts).kind).toBe("rewind");
  });

  const parent = { epoch: "e1", seq: 4, hash: hash("4") };
  const opening = header({ epoch: "e2", seq: 1, prev: hash("4"), parent });

  it("aNewEpochAtTheHeadIsChained", () => {
    const facts = { ...nothing, parentHash: hash("4"), newest: parent };
    expect(admit(opening, hash("1"), facts)).toEqual({ kind: "append", start: "chained" });
  });

  it("aNewEpochBehindTheHeadIsABranch", () => {
    const facts = { ...nothing, parentHash: hash("4"), newest: { ...parent, seq: 9, hash: hash("9") } };
    expect(admit(opening, hash("1"), facts)).toEqual({ kind: "append", start: "branch" });
  });

  it("aJournalThatStartsOverIsABranch", () => {
    const facts = { ...nothing, newest: parent };
    const fresh = header({ epoch: "e3", seq: 1, prev: NO_HASH, parent: null });
    expect(admit(fresh, hash("1"), facts)).toEqual({ kind: "append", start: "branch" });
  });

  it("aForgedParentIsAContradiction", () => {
    const facts = { ...nothing, parentHash: hash("a"), newest: { ...parent, hash: hash("a") } };
    expect(admit(opening, hash("1"), facts).kind).toBe("contradiction");
    expect(admit({ ...opening, prev: hash("c") }, hash("1"), facts).kind).toBe("contradiction");
  });

  it("aMissingParentRewindsUnlessTheGatewayNoLongerHasIt", () => {
    expect(admit(opening, hash("1"), nothing).kind).toBe("rewind");
    const offered = { ...nothing, oldestOffered: { epoch: "e2", seq: 1 } };
    expect(admit(opening, hash("1"), offered)).toEqual({ kind: "append", start: "truncated" });
    const midEpoch = { ...nothing, oldestOffered: { epoch: "e1", seq: 7 } };
    const seventh = header({ seq: 7, prev: hash("6") });
    expect(admit(seventh, hash("7"), midEpoch)).toEqual({ kind: "append", start: "truncated" });
  });
});
