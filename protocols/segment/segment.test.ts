import { generateKeyPairSync } from "node:crypto";
import { hasCode } from "@sealwatch/platform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../vocabulary/journal-record.ts";
import { carriesValue, QUALITY } from "../vocabulary/quality.ts";
import { encodeCanonical } from "./canonical-cbor.ts";
import { sortRecords } from "./record-order.ts";
import { encodeSegment, NO_HASH, sealSegment } from "./seal-segment.ts";
import { decodeSegment, segmentRecords, verifySegment } from "./segment.ts";
import { SEGMENT_MAX_BYTES } from "./segment-limits.ts";
import { ed25519PublicKey, ed25519Signer, ed25519Verifier } from "./signing-key.ts";

const key = newKey();
const place = { gateway: "gw-000001", epoch: "00112233445566ff", seq: 1, prev: NO_HASH, parent: null };

function newKey() {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { signer: ed25519Signer(pem), verifier: ed25519Verifier(ed25519PublicKey(pem)) };
}

const timeMs = fc.integer({ min: 0, max: 10_000_000 });
const quality = fc.constantFrom(QUALITY.good, QUALITY.good, QUALITY.noAnswer, QUALITY.outOfRange, 18);
const sample = fc
  .record({
    atMs: timeMs,
    channels: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
  })
  .chain(({ atMs, channels }) =>
    fc
      .array(fc.tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), quality), {
        minLength: channels.length,
        maxLength: channels.length,
      })
      .map(
        (values): JournalRecord => ({
          type: "sample",
          atMs,
          channels,
          scaled: values.map(([value, code]) => (carriesValue(code) ? value : null)),
          qualities: values.map(([, code]) => code),
        }),
      ),
  );
const plain = fc.oneof(
  fc.record({
    type: fc.constant("clock" as const),
    atMs: timeMs,
    utcMs: fc.integer({ min: 0, max: 2 ** 45 }),
    uncertaintyMs: fc.nat(),
    source: fc.constant("system" as const),
  }),
  fc.record({
    type: fc.constant("event" as const),
    atMs: timeMs,
    event: fc.constant("contact-changed" as const),
    channel: fc.integer({ min: 1, max: 99 }),
    value: fc.constantFrom(0, 1),
  }),
  fc.record({
    type: fc.constant("gap" as const),
    atMs: timeMs,
    fromMs: timeMs,
    reason: fc.constant("overload" as const),
    readings: fc.nat(),
  }),
  fc.record({
    type: fc.constant("run" as const),
    atMs: timeMs,
    channel: fc.integer({ min: 1, max: 99 }),
    value: fc.constantFrom(0, 1),
    fromMs: timeMs,
    polls: fc.integer({ min: 1, max: 1000 }),
    longestGapMs: fc.nat(),
  }),
);
const records = fc.array(fc.oneof(sample, plain), { maxLength: 40 });

/** Samples of one moment are regrouped by their channels, so order among them is not kept. */
function unordered(list: readonly JournalRecord[]): string[] {
  return list.map((record) => JSON.stringify(record, Object.keys(record).sort())).sort();
}

describe("segment", () => {
  it("shortensANoteRatherThanBecomeUnreadable", () => {
    const note = `${"x".repeat(199)}封𠀀条`;
    const records: JournalRecord[] = [{ type: "event", atMs: 1, event: "config-rolled-back", note }];
    const segment = sealSegment(place, records, key.signer);
    expect([...segmentRecords(segment)]).toMatchObject([{ note: note.slice(0, 200) }]);
    const cut = [{ ...records[0], note: note.slice(1) }] as JournalRecord[];
    expect([...segmentRecords(sealSegment(place, cut, key.signer))]).toMatchObject([
      { note: note.slice(1, 200) },
    ]);
  });

  it("returnsWhatWasSealed", () => {
    fc.assert(
      fc.property(records, (list) => {
        const segment = decodeSegment(encodeSegment(sealSegment(place, list, key.signer)));
        verifySegment(segment, key.verifier);
        const read = segmentRecords(segment);
        expect(unordered(read)).toEqual(unordered(list));
        expect(read.map((record) => record.atMs)).toEqual(sortRecords(list).map((record) => record.atMs));
      }),
    );
  });

  it("everySingleFlippedBitIsRefused", () => {
    const list: JournalRecord[] = [
      { type: "event", atMs: 5, event: "contact-changed", channel: 3, value: 0 },
      { type: "sample", atMs: 7, channels: [1, 2], scaled: [2302, null], qualities: [0, QUALITY.noAnswer] },
    ];
    const bytes = encodeSegment(sealSegment(place, list, key.signer));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => verifySegment(decodeSegment(flipped), key.verifier), `bit ${bit}`).toThrow();
    }
  });

  it("garbageIsRefusedWithACodeAndNeverCrashes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeSegment(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: "SealwatchError", retryable: false });
        }
      }),
    );
  });

  it("anotherGatewaysKeyIsRefused", () => {
    const segment = sealSegment(place, [], newKey().signer);
    expect(() => verifySegment(segment, key.verifier)).toThrow(/SIGNATURE_INVALID/);
  });

  it("anUnknownVersionIsRefusedByName", () => {
    const { body, cose } = sealSegment(place, [], key.signer);
    const header = encodeCanonical(new Map([[1, 9]]));
    const forged = encodeCanonical([[cose[0], new Map(), header, cose[3]], body]);
    expect(() => decodeSegment(forged)).toThrow(/SEGMENT_VERSION_UNKNOWN.*9/);
  });

  it("anOversizedSegmentIsRefusedBeforeItIsParsed", () => {
    expect(() => decodeSegment(new Uint8Array(SEGMENT_MAX_BYTES + 1))).toThrow(/SEGMENT_TOO_LARGE/);
  });

  it("aBodyThatInflatesWithoutEndIsRefused", () => {
    const bomb = sealSegment(place, [], key.signer);
    const huge = new Uint8Array(200_000).fill(0);
    expect(() => segmentRecords({ ...bomb, body: huge })).toThrow(/SEGMENT_INVALID|CBOR_INVALID/);
  });

  it("aSwappedBodyIsNoticed", () => {
    const one = sealSegment(place, [{ type: "event", atMs: 1, event: "gateway-started" }], key.signer);
    const two = sealSegment(place, [{ type: "event", atMs: 2, event: "gateway-started" }], key.signer);
    const error = catchError(() => decodeSegment(encodeSegment({ cose: one.cose, body: two.body })));
    expect(hasCode(error, "SEGMENT_BODY_MISMATCH")).toBe(true);
  });

  it("aReadingCostsAboutOneByteWhenChannelsMoveALittle", () => {
    const list: JournalRecord[] = Array.from({ length: 30 }, (_, index) => ({
      type: "sample",
      atMs: index * 10_000 + ((index * 7) % 13),
      channels: Array.from({ length: 16 }, (_, channel) => channel + 1),
      scaled: Array.from({ length: 16 }, (_, channel) => 1000 + ((index * (channel + 3)) % 5)),
      qualities: new Array<number>(16).fill(0),
    }));
    const bytes = encodeSegment(sealSegment(place, list, key.signer)).length;
    expect(bytes / 480).toBeLessThan(1.1);
  });
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
