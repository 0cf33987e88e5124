import { generateKeyPairSync } from "node:crypto";
import {
  type ChannelDescription,
  ed25519Signer,
  type JournalRecord,
  NO_HASH,
  type Segment,
  sealSegment,
} from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { findGaps } from "../api/chart/chart-source.ts";
import { judgeSite } from "../detect/site-verdict.ts";
import { EMPTY_FOLDS, type FoldedSegment, foldJournalSegment } from "./gateway-journal.ts";

const MINUTE_MS = 60_000;
const UTC_MS = Date.UTC(2026, 2, 1);
const site = { site: "site", utcOffsetMin: 480, formerLoadW: 60_000 };
const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const signer = ed25519Signer(pem);

const seal: ChannelDescription = {
  id: 3,
  device: "contacts-1",
  point: "di3",
  profile: "a/b@1",
  kind: "contact",
  unit: "",
  decimals: 0,
  intervalMs: 1000,
  supply: "battery",
  contact: { role: "seal", normal: 1 },
  label: "封条 S1",
};
const power: ChannelDescription = {
  id: 1,
  device: "meter-1",
  point: "p",
  profile: "a/b@1",
  kind: "active-power",
  unit: "W",
  decimals: 0,
  intervalMs: 15 * MINUTE_MS,
  supply: "auxiliary",
  label: "",
};

function sealed(seq: number, records: readonly JournalRecord[]): Segment {
  return sealSegment({ gateway: "gw-1", epoch: "00112233445566ff", seq, prev: NO_HASH }, records, signer);
}

const opening: JournalRecord[] = [
  { type: "channels", atMs: 0, channels: [seal, power] },
  { type: "clock", atMs: 0, utcMs: UTC_MS, uncertaintyMs: 10, source: "system" },
];
const samples = (fromMin: number, toMin: number): JournalRecord[] =>
  Array.from({ length: toMin - fromMin }, (_, minute) => ({
    type: "sample",
    atMs: (fromMin + minute) * MINUTE_MS,
    channels: [1, 3],
    scaled: [400, 1],
    qualities: [0, 0],
  }));

function fold(segments: readonly Segment[]): FoldedSegment[] {
  let folds = EMPTY_FOLDS;
  return segments.map((segment) => {
    const folded = foldJournalSegment(folds, segment, [], site);
    folds = folded.folds;
    return folded;
  });
}

const dropped = (segment: Segment): Segment => ({ ...segment, body: null });
const folded = fold([
  sealed(1, [...opening, ...samples(0, 5)]),
  dropped(sealed(2, samples(5, 10))),
  dropped(sealed(3, samples(10, 15))),
  sealed(4, samples(15, 20)),
]);
const gap = { fromMs: UTC_MS + 5 * MINUTE_MS, toMs: UTC_MS + 9 * MINUTE_MS };

describe("a body that was given up for space", () => {
  it("countsAsLostAndNotAsHeld", () => {
    expect(folded[3]?.folds.view).toMatchObject({
      ...{ segments: 4, readings: 20, droppedSegments: 2, droppedReadings: 20 },
      recordedToMs: UTC_MS + 19 * MINUTE_MS,
    });
  });

  it("isAHoleInTheChartEvenWhereChannelsAreSlow", () => {
    const rows = folded.flatMap(({ summary }) => summary ?? []);
    expect(rows).toHaveLength(4);
    const second = { fromMs: UTC_MS + 10 * MINUTE_MS, toMs: UTC_MS + 14 * MINUTE_MS };
    expect(findGaps(rows)).toEqual([gap, second]);
  });

  it("isUnknownToDetectionAndNeverCalm", () => {
    const findings = folded[1]?.findings ?? [];
    expect(findings.map(({ evidence, phase, window }) => ({ evidence, phase, window }))).toEqual([
      { evidence: "silence", phase: "opened", window: { fromMs: gap.fromMs, toMs: gap.fromMs } },
      { evidence: "silence", phase: "cleared", window: gap },
    ]);
    expect(findings.at(-1)?.text.en).toContain("dropped");
    const { episodes } = judgeSite({
      ...{ site: "site", findings, silences: [], baseline: "accepted", untilMs: gap.toMs + MINUTE_MS },
    });
    expect(episodes).toMatchObject([{ class: "silence", level: "blue", closedAtMs: null }]);
  });

  it("provesNoContactToHaveStayedClosed", () => {
    const proven = (index: number) => folded[index]?.folds.detection.contacts[0]?.state.normalSinceMs;
    expect([proven(0), proven(1), proven(3)]).toEqual([UTC_MS, null, UTC_MS + 15 * MINUTE_MS]);
  });
});
