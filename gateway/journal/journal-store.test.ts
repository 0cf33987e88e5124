import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite } from "@sealwatch/platform";
import {
  decodeSegment,
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verifier,
  type JournalRecord,
  NO_HASH,
  segmentRecords,
  verifySegment,
} from "@sealwatch/protocols";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalStore } from "./journal-store.ts";

const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const verifier = ed25519Verifier(ed25519PublicKey(pem));

let folder = "";
let wallMs = 1.8e12;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-store-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function withStore<T>(
  use: (store: JournalStore) => T,
  budgetBytes = 1e9,
  gateway = "gw-000001",
): Promise<T> {
  const sqlite = await openSqlite(join(folder, "journal.db"));
  try {
    const newEpoch = randomBytes(8).toString("hex");
    const store = new JournalStore(sqlite.db, {
      gateway,
      signer: ed25519Signer(pem),
      newEpoch,
      budgetBytes,
      wallMs: () => wallMs,
    });
    const result = use(store);
    store.close();
    return result;
  } finally {
    await sqlite.close();
  }
}

const event = (atMs: number, note: string): JournalRecord => ({
  type: "event",
  atMs,
  event: "gateway-started",
  note,
});
const sample = (atMs: number, count = 1): JournalRecord => ({
  type: "sample",
  atMs,
  channels: Array.from({ length: count }, (_, index) => index + 1),
  scaled: Array.from({ length: count }, () => Math.floor(Math.random() * 1e9)),
  qualities: new Array(count).fill(0),
});

/** Every segment, verified: signature, hash links inside and across epochs. Gives the notes of all events. */
function verifiedNotes(store: JournalStore): string[] {
  const stored = store.read(0, 1_000_000);
  let last: { epoch: string; seq: number; hash: string } | null = null;
  return stored.flatMap(({ bytes, position }) => {
    const segment = decodeSegment(bytes);
    verifySegment(segment, verifier);
    const { epoch, seq, prev, parent } = segment.header;
    expect(position).toEqual({ epoch, seq, hash: segment.hash });
    expect(prev).toBe(last?.hash ?? NO_HASH);
    if (seq === 1) expect(parent).toEqual(last);
    else expect([epoch, seq]).toEqual([last?.epoch, (last?.seq ?? 0) + 1]);
    last = position;
    return segmentRecords(segment).flatMap((record) => (record.type === "event" ? [record.note ?? ""] : []));
  });
}

/** Orders of the segments whose body was given up. */
function lost(store: JournalStore): number[] {
  return store.read(0, 1_000_000).flatMap(({ ord, bytes }) => (decodeSegment(bytes).body ? [] : [ord]));
}

describe("the journal's store", () => {
  it("keeps every committed record exactly once in one chain, however it is cut and restarted", async () => {
    const run = fc.array(
      fc.record({ records: fc.integer({ min: 0, max: 5 }), seal: fc.boolean(), acknowledge: fc.boolean() }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), "sealwatch-store-"));
        const written: string[] = [];
        for (const commits of runs) {
          await withStore((store) => {
            for (const { records, seal, acknowledge } of commits) {
              const batch = Array.from({ length: records }, () => {
                const note = String(written.length);
                written.push(note);
                return event(written.length, note);
              });
              store.commit([{ records: batch, seal }]);
              if (acknowledge) store.acknowledge(store.newestOrd());
            }
          });
        }
        expect(await withStore(verifiedNotes)).toEqual(written);
      }),
      { numRuns: 25 },
    );
  });

  it("tellsInItsHelloWhatItHolds", async () => {
    await withStore((store) => store.commit([{ records: [event(1, "a")], seal: true }]));
    await withStore((store) => {
      const [first, second] = store.held();
      expect(first).toMatchObject({ oldestSeq: 1, newestSeq: 1, parent: null });
      expect(second).toMatchObject({ newestSeq: 0, parent: { epoch: first?.epoch, seq: 1 } });
      expect(store.held().length).toBe(2);
    });
    // The second epoch was never sealed: nothing of it is held.
    await withStore((store) => expect(store.held().length).toBe(2));
  });

  it("locatesOnlyWhatItHolds", async () => {
    await withStore((store) => {
      store.commit([{ records: [event(1, "a")], seal: true }]);
      const [segment] = store.read(0, 1);
      if (!segment) throw new Error("nothing sealed");
      expect(store.locate(segment.position)).toBe(segment.ord);
      expect(store.locate({ ...segment.position, hash: NO_HASH })).toBeNull();
    });
  });

  it("cutsWhatIsTooMuchForOneSegment", async () => {
    await withStore((store) => {
      const records = Array.from({ length: 70 }, (_, index) => sample(index, 1_000));
      store.commit([{ records, seal: true }]);
      const counts = store.read(0, 10).map(({ bytes }) => decodeSegment(bytes).header.counts.readings);
      expect(counts).toEqual([25_000, 25_000, 20_000]);
    });
  });

  it("overBudgetGivesUpAcknowledgedTelemetryFirstAndEventsNever", async () => {
    await withStore((store) => {
      const fill = (notes: string) => {
        store.commit([{ records: [event(1, notes), sample(2, 1_000)], seal: true }]);
      };
      while (store.newestOrd() < 60) fill("kept");
      store.acknowledge(30);
      let guard = 0;
      while (lost(store).length < 12 && guard++ < 500) fill("kept");
      // The oldest acknowledged bodies went; the cloud lacks nothing of what is left.
      expect(lost(store).every((ord) => ord <= 30)).toBe(true);
      while (lost(store).at(-1) !== undefined && (lost(store).at(-1) ?? 0) <= 30 && guard++ < 500)
        fill("kept");
      expect(verifiedNotes(store).every((note) => note === "kept")).toBe(true);
      expect(lost(store)).toContain(32);
    }, 200_000);
  });

  it("whenOnlyHeadersAndEventsAreLeftTelemetryIsNoLongerTaken", async () => {
    await withStore((store) => {
      let events = 0;
      for (; !store.full; events++) store.commit([{ records: [event(1, "e")], seal: true }]);
      expect(verifiedNotes(store).length).toBe(events);
      store.commit([{ records: [event(1, "one more")], seal: true }]);
      expect(verifiedNotes(store).at(-1)).toBe("one more");
      expect(store.full).toBe(true);
      store.acknowledge(store.newestOrd() - 1);
      store.commit([]);
      expect(store.full).toBe(false);
      expect(store.read(store.newestOrd() - 1, 1).length).toBe(1);
    }, 100_000);
  });

  it("whatIsAcknowledgedAndAMonthOldGoesWhole", async () => {
    await withStore((store) => {
      for (let at = 0; at < 20; at++) store.commit([{ records: [event(at, "old")], seal: true }]);
      store.acknowledge(store.newestOrd());
      wallMs += 31 * 86_400_000;
      while (store.read(0, 1)[0]?.ord === 1) store.commit([{ records: [event(1, "new")], seal: true }]);
      const notes = store
        .read(0, 1_000)
        .flatMap(({ bytes }) => segmentRecords(decodeSegment(bytes)))
        .flatMap((record) => (record.type === "event" ? [record.note] : []));
      expect(notes.filter((note) => note === "new").length).toBe(store.newestOrd() - 20);
    }, 60_000);
  });

  it("theFileStaysWithinItsBudgetAndTheSpaceIsTold", async () => {
    const budget = 600_000;
    await withStore((store) => {
      for (let at = 0; at < 300; at++) store.commit([{ records: [sample(at * 1_000, 500)], seal: true }]);
      const space = store.space();
      expect(space.usedBytes).toBeLessThanOrEqual(budget);
      expect(space.full).toBe(false);
      expect(space.bytesPerDay).toBeGreaterThan(0);
    }, budget);
    expect(statSync(join(folder, "journal.db")).size).toBeLessThan(budget * 1.2);
  });

  it("onAFullDiskOnlyWhatTheCloudHoldsIsGivenUp", async () => {
    await withStore((store) => {
      for (let at = 0; at < 20; at++) store.commit([{ records: [sample(at, 1_000)], seal: true }]);
      store.diskIsFull(true);
      expect(store.full).toBe(true);
      store.commit([{ records: [event(1, "kept")], seal: true }]);
      expect(store.full).toBe(true);
      expect(lost(store)).toEqual([]);
      store.acknowledge(20);
      store.commit([]);
      expect(store.full).toBe(false);
      expect(lost(store).length).toBeGreaterThan(0);
      store.diskIsFull(false);
      store.commit([{ records: [sample(30)], seal: true }]);
      expect(store.full).toBe(false);
    });
  });

  it("aJournalOfAnEarlierReleaseIsTakenOver", async () => {
    await withStore((store) => store.commit([{ records: [event(1, "a")], seal: true }]));
    const { db, close } = await openSqlite(join(folder, "journal.db"));
    db.exec("DROP INDEX segment_droppable; ALTER TABLE segment DROP COLUMN droppable");
    db.exec("ALTER TABLE segment DROP COLUMN sealed_ms");
    await close();
    expect(await withStore(verifiedNotes)).toEqual(["a"]);
  });

  it("aJournalOfAnotherGatewayIsNotTaken", async () => {
    await withStore(() => {});
    await expect(withStore(() => {}, 1e9, "gw-000002")).rejects.toThrow(/JOURNAL_FOREIGN/);
  });
});
