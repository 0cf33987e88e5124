import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "./context-entry.ts";
import { EPOCH_A, foldBatches } from "./fold-batches.fixture.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./local-time.ts";
import { isPermitted, permitsAfter } from "./permits.ts";
import {
  contactChanged,
  MIDNIGHT_MS,
  meterSample,
  pollingRun,
  quietDays,
} from "./simulated-journal.fixture.ts";

const FROM_MS = MIDNIGHT_MS + 3 * DAY_MS;
const WORK = {
  kind: "permit",
  effectiveMs: FROM_MS,
  toMs: FROM_MS + 8 * HOUR_MS,
  work: "demolition",
  permit: "permit-1",
} as const satisfies ContextEntry;

/** Three quiet days, then a door and a seal open an hour apart. */
function opened(): JournalRecord[] {
  const startMs = 3 * DAY_MS;
  const records = [...quietDays(3), contactChanged(startMs + HOUR_MS, { channel: 16, value: 0 })];
  records.push(contactChanged(startMs + 2 * HOUR_MS, { channel: 10, value: 0 }));
  for (let minute = 121; minute < 360; minute++) records.push(meterSample(startMs + minute * MINUTE_MS, 500));
  records.push(pollingRun(startMs + 2 * HOUR_MS, startMs + 6 * HOUR_MS, 10, 0));
  return records;
}

const evidence = (context: ContextEntry[]) => {
  const { findings } = foldBatches([{ epoch: EPOCH_A, records: opened() }], { context });
  return [...new Set(findings.map((finding) => finding.evidence))].sort();
};

describe("a permit for some sensors", () => {
  it("coversThoseAndNoOthers", () => {
    expect(evidence([])).toEqual(["door", "seal"]);
    expect(evidence([{ ...WORK, sensors: ["door"] }])).toEqual(["seal"]);
    expect(evidence([{ ...WORK, sensors: ["power", "water"] }])).toEqual(["door", "seal"]);
    expect(evidence([WORK])).toEqual([]);
  });
});

describe("the exchange of a meter", () => {
  const exchanged = (context: ContextEntry[]): number => {
    const event = {
      type: "event",
      event: "serial-changed",
      device: "meter-1",
      channel: 1,
      note: "1 → 2",
    } as const;
    const records = [...quietDays(3), { ...event, atMs: 3 * DAY_MS + HOUR_MS }];
    return foldBatches([{ epoch: EPOCH_A, records }], { context }).findings.length;
  };

  it("isNoSignWhereItWasAnnouncedAndOtherWorkDoesNotCoverIt", () => {
    expect(exchanged([])).toBeGreaterThan(0);
    expect(exchanged([WORK])).toBeGreaterThan(0);
    expect(exchanged([{ ...WORK, sensors: ["meter"] }])).toBe(0);
    expect(exchanged([{ ...WORK, sensors: ["meter"], toMs: FROM_MS + HOUR_MS }])).toBeGreaterThan(0);
  });
});

describe("a permit that is ended early", () => {
  it("coversWhatWasBeforeAndNothingAfter", () => {
    const ended: ContextEntry = {
      kind: "permit-ended",
      effectiveMs: FROM_MS + 1.5 * HOUR_MS,
      permit: "permit-1",
    };
    expect(evidence([WORK, ended])).toEqual(["seal"]);
    expect(evidence([WORK, { ...ended, permit: "permit-2" }])).toEqual([]);
    expect(evidence([WORK, { ...ended, effectiveMs: FROM_MS }])).toEqual(["door", "seal"]);
  });

  it("leavesOthersInForce", () => {
    const other = { ...WORK, permit: "permit-2" };
    const ended = { kind: "permit-ended", effectiveMs: FROM_MS, permit: "permit-1" } as const;
    const left = [WORK, other, ended].reduce(permitsAfter, []);
    expect(left.map(({ permit }) => permit)).toEqual(["permit-2"]);
    expect(isPermitted(left, null, FROM_MS)).toBe(true);
    expect(isPermitted(left, null, WORK.toMs)).toBe(false);
  });
});

describe("a permit for everything that one can cover", () => {
  it("doesNotCoverThatTheStandbyLoadIsGone", () => {
    const startMs = 9 * DAY_MS;
    const records = quietDays(9);
    for (let minute = 0; minute < 120; minute++) records.push(meterSample(startMs + minute * MINUTE_MS, 0));
    const accepted: ContextEntry = {
      kind: "baseline-accepted",
      effectiveMs: MIDNIGHT_MS + 8 * DAY_MS,
      by: "李工",
    };
    const effectiveMs = MIDNIGHT_MS + startMs;
    const work = { ...WORK, effectiveMs, toMs: effectiveMs + 8 * HOUR_MS };
    const batch = [{ epoch: EPOCH_A, records }];
    const { findings } = foldBatches(batch, { context: [accepted, work] });
    expect(findings[0]).toMatchObject({ rule: "bypass", evidence: "tampering", phase: "opened" });
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["bypass"]));
  });
});
