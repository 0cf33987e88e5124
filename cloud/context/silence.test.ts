import { describe, expect, it } from "vitest";
import { type RecordedEntry, silencesOf } from "./context-log.ts";
import { silenceTick } from "./silence-watch.ts";

const AFTER_MS = 480_000;
const hearing = {
  gateway: "gw-1",
  heardMs: 1_000_000,
  recordedToMs: 900_000,
  silent: false,
  successor: null,
};

describe("silence", () => {
  it("ticksOnceNothingWasHeardLongEnough", () => {
    expect(silenceTick(hearing, 1_000_000 + AFTER_MS - 1, AFTER_MS)).toBeNull();
    expect(silenceTick(hearing, 1_000_000 + AFTER_MS, AFTER_MS)).toEqual({
      kind: "gateway-silent",
      gateway: "gw-1",
      effectiveMs: 900_000,
    });
  });

  it("ticksOnlyOnceAndEndsWhenTheGatewayIsHeard", () => {
    const silent = { ...hearing, silent: true };
    expect(silenceTick(silent, 9_000_000, AFTER_MS)).toBeNull();
    expect(silenceTick({ ...silent, heardMs: 9_000_000 }, 9_000_001, AFTER_MS)).toMatchObject({
      kind: "gateway-heard",
      effectiveMs: 9_000_000,
    });
  });

  it("endsWhenASuccessorIsHeardAndNotBefore", () => {
    const silent = { ...hearing, silent: true };
    expect(silenceTick(silent, 9_000_000, AFTER_MS)).toBeNull();
    const successor = { gateway: "gw-2", heardMs: 8_000_000 };
    const entry = silenceTick({ ...silent, successor }, 9_000_000, AFTER_MS);
    expect(entry).toEqual({ kind: "gateway-replaced", gateway: "gw-1", by: "gw-2", effectiveMs: 8_000_000 });
    expect(silenceTick({ ...hearing, successor }, 9_000_000, AFTER_MS)).toBeNull();
    const log = [
      { recordedMs: 1, entry: { kind: "gateway-silent", gateway: "gw-1", effectiveMs: 10 } },
      ...(entry ? [{ recordedMs: 2, entry }] : []),
    ] satisfies RecordedEntry[];
    expect(silencesOf(log)).toEqual([{ gateway: "gw-1", fromMs: 10, toMs: 8_000_000 }]);
  });

  it("pairsBeginningsWithEndsByGateway", () => {
    const log: RecordedEntry[] = [
      { recordedMs: 1, entry: { kind: "gateway-silent", gateway: "gw-1", effectiveMs: 10 } },
      { recordedMs: 2, entry: { kind: "gateway-silent", gateway: "gw-2", effectiveMs: 20 } },
      { recordedMs: 3, entry: { kind: "gateway-heard", gateway: "gw-1", effectiveMs: 30 } },
    ];
    expect(silencesOf(log)).toEqual([
      { gateway: "gw-1", fromMs: 10, toMs: 30 },
      { gateway: "gw-2", fromMs: 20, toMs: null },
    ]);
  });
});
