import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Clock, seededRandom, silentLogger, systemClock } from "@sealwatch/platform";
import {
  decodeSegment,
  ed25519PublicKey,
  ed25519Verifier,
  type JournalRecord,
  NO_HASH,
  segmentRecords,
  verifySegment,
} from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal } from "./journal.ts";

const workerUrl = new URL("../dist/journal/journal-worker.js", import.meta.url);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, "journal.db");
const keyFile = () => join(folder, "gateway.key");
const openJournal = (clock: Clock = systemClock) =>
  Journal.open({
    workerUrl,
    file: file(),
    keyFile: keyFile(),
    gateway: "gw-000001",
    budgetBytes: 1e9,
    clock,
    log: silentLogger(),
  });

const event = (atMs: number, note: string): JournalRecord => ({
  type: "event",
  atMs,
  event: "gateway-started",
  note,
});
const sample = (atMs: number): JournalRecord => ({
  type: "sample",
  atMs,
  channels: [1],
  scaled: [5],
  qualities: [0],
});

/** All records of all segments, after checking that they are one chain signed by the gateway's key. */
async function verifiedRecords(journal: Journal): Promise<JournalRecord[]> {
  const verifier = ed25519Verifier(ed25519PublicKey(readFileSync(keyFile(), "utf8")));
  let prev = NO_HASH;
  return (await journal.read(0, 1_000_000)).flatMap(({ bytes }) => {
    const segment = decodeSegment(bytes);
    verifySegment(segment, verifier);
    expect(segment.header.prev).toBe(prev);
    prev = segment.hash;
    return segmentRecords(segment);
  });
}

const notesOf = (records: readonly JournalRecord[]) =>
  records.flatMap((record) =>
    record.type === "event" && record.note !== undefined ? [Number(record.note)] : [],
  );

describe("the journal", () => {
  it("hasAnEventOnDiskBeforeAnybodyIsToldOfASegment", async () => {
    const journal = await openJournal();
    journal.append(sample(1));
    journal.append(event(2, "1"));
    await journal.whenBelow(0);
    expect(journal.sealed).toBe(0);
    const told = new Promise<void>((resolve) => {
      journal.onSealed = resolve;
    });
    journal.flush(true);
    await told;
    expect((await verifiedRecords(journal)).map(({ type }) => type)).toEqual(["sample", "event"]);
    await journal.close();
  });

  it("saysForHowLongTheOldestRecordHasWaitedForTheDisk", async () => {
    let nowMs = 1_000;
    const journal = await openJournal({ ...systemClock, monotonicMs: () => nowMs });
    expect(journal.unsavedMs).toBe(0);
    journal.append(sample(1));
    nowMs += 300;
    journal.append(sample(2));
    nowMs += 100;
    expect(journal.unsavedMs).toBe(400);
    journal.flush();
    nowMs += 50;
    expect(journal.unsavedMs).toBe(450);
    journal.append(sample(3));
    await journal.whenBelow(1);
    nowMs += 7;
    expect(journal.unsavedMs).toBe(7);
    await journal.close();
  });

  it("keepsItsKeyForItsOwnerAlone", async () => {
    await (await openJournal()).close();
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  it("dropsTelemetryWhenTheDiskCannotFollowAndJournalsTheGap", async () => {
    const journal = await openJournal();
    for (let atMs = 0; atMs < 30_000; atMs++) journal.append(sample(atMs));
    expect(journal.readings).toBe(20_000);
    journal.flush();
    await journal.whenBelow(0);
    journal.append(sample(30_001));
    journal.flush(true);
    await journal.whenBelow(0);
    const records = await verifiedRecords(journal);
    expect(records.filter(({ type }) => type === "gap")).toMatchObject([
      { reason: "overload", readings: 10_000, fromMs: 20_000 },
    ]);
    await journal.close();
  });

  it("putsADamagedFileAsideAndBeginsAnew", async () => {
    writeFileSync(file(), "this was a database once".repeat(100));
    const journal = await openJournal();
    expect(journal.quarantined).toBe(`${file()}.corrupt-1`);
    expect(readFileSync(`${file()}.corrupt-1`, "utf8")).toContain("this was a database once");
    await journal.close();
    const again = await openJournal();
    expect(again.quarantined).toBeNull();
    await again.close();
    expect(readdirSync(folder).filter((name) => name.includes("corrupt")).length).toBe(1);
  });

  it("saysSoWhenDamageShowsUpLater", async () => {
    const first = await openJournal();
    for (let atMs = 0; atMs < 200; atMs++) {
      first.append(event(atMs, String(atMs)));
      first.flush(true);
    }
    await first.close();
    const bytes = readFileSync(file());
    bytes.fill(0xff, 30 * 1024, bytes.length - 1024);
    writeFileSync(file(), bytes);
    const outcome = await openJournal().then(
      async (journal) => {
        await Promise.race([journal.read(0, 1_000), journal.failure]).catch(() => {});
        await journal.close().catch(() => {});
      },
      (error: unknown) => error,
    );
    expect(outcome).toBeUndefined();
    expect(existsSync(`${file()}.corrupt-1`)).toBe(true);
    const fresh = await openJournal();
    fresh.append(event(1, "1"));
    await fresh.whenBelow(0);
    await fresh.close();
  });

  it("isOpenInOneProcessOnly", async () => {
    const journal = await openJournal();
    await expect(openJournal()).rejects.toThrow(/ALREADY_RUNNING/);
    await journal.close();
  });
});

/** Appends numbered events as fast as it can and prints each number once it is committed. */
const APPENDER = `
  const [platform, gateway, worker, file, keyFile, start] = process.argv.slice(2);
  const { Journal } = await import(gateway);
  const { systemClock, silentLogger } = await import(platform);
  const journal = await Journal.open({ workerUrl: new URL(worker), file, keyFile, gateway: "gw-000001",
    budgetBytes: 1e9, clock: systemClock, log: silentLogger() });
  for (let n = Number(start); ; n++) {
    journal.append({ type: "event", atMs: n, event: "gateway-started", note: String(n) });
    if (n % 7 === 0) journal.flush(true);
    await journal.whenBelow(n % 3);
    if (n % 3 === 0) process.stdout.write(n + "\\n");
  }
`;

describe("kill -9", () => {
  it("losesNothingCommittedAndLeavesOneChain", async () => {
    const script = join(folder, "appender.mjs");
    writeFileSync(script, APPENDER);
    const built = (path: string) => new URL(path, import.meta.url).href;
    const random = seededRandom(20_260_101);
    let committed = -1;
    for (let kills = 0; kills < 6; kills++) {
      const args = [
        built("../../platform/dist/index.js"),
        built("../dist/journal/journal.js"),
        workerUrl.href,
      ];
      const child = spawn(process.execPath, [script, ...args, file(), keyFile(), String(committed + 1)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(child, "exit");
      const killAt = committed + 30 + Math.floor(random.uniform() * 400);
      for await (const printed of createInterface({ input: child.stdout })) {
        committed = Math.max(committed, Number(printed));
        if (committed >= killAt) child.kill("SIGKILL");
      }
      await exited;
      const journal = await openJournal();
      const notes = notesOf(await verifiedRecords(journal));
      await journal.close();
      const distinct = new Set(notes);
      for (let n = 0; n <= committed; n++) expect(distinct.has(n), `event ${n} was committed`).toBe(true);
      expect(distinct.size, "none twice").toBe(notes.length);
      committed = Math.max(...notes);
    }
  }, 180_000);
});
