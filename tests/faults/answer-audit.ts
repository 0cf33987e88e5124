import { readFileSync } from "node:fs";
import { openSqlite } from "@sealwatch/platform";
import {
  decodeCose,
  decodeHeader,
  ed25519Verifier,
  type JournalRecord,
  NO_HASH,
  type SegmentHeader,
  segmentRecords,
  sha256Hex,
  verifySegment,
} from "@sealwatch/protocols";
import type { Loss } from "./fault-rig.ts";

/** The counter that numbers a meter's answers, in hundredths as the profiles have it. */
const NUMBERED_POINT = "energy-import";
/** A gap's ends lie between two polls. */
const GAP_EDGE_MS = 1_000;
/** A question that timed out is recorded this much around its late answer. */
const UNHEARD_EDGE_MS = 1_500;

/** What became of the answers that the simulated meters say they gave; counts of readings where not said otherwise. */
export interface AnswerAudit {
  /** Without those that were younger than the tail's commit interval at a kill, and are not in the replica. */
  readonly readingsAnswered: number;
  readonly notCounted: number;
  readonly readingsTaken: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  /** Segments that neither follow one before them nor begin an epoch behind one that is held, or that lie. */
  readonly chainBreaks: number;
  /** Answers of which the loss is on record, or was too young to count. */
  readonly inGaps: number;
  readonly tooYoung: number;
  /** Readings of answers that came after the gateway had given up waiting, and of which the record says that there were none. */
  readonly unheard: number;
  readonly branches: number;
  readonly segments: number;
  readonly givenUp: number;
  /** The first answers lost, for people. */
  readonly examples: readonly string[];
}

interface Answer {
  readonly atMs: number;
  readonly unit: number;
  readonly number: number;
}

/** What the audit reads from the replica of one gateway, trusting none of the cloud's or the gateway's counts. */
class ReplicaReading {
  readonly #units: ReadonlyMap<string, number>;
  readonly #epochStartsMs: ReadonlyMap<string, number>;
  readonly #answers: ReadonlyMap<string, Answer>;
  #numbered = new Map<number, number>();
  readonly #lastNumber = new Map<number, number>();
  readonly #readingsOfUnit = new Map<number, number>();
  readonly #offsetsMs = new Map<string, number>();
  readonly #notAnswered: { readonly epoch: string; readonly unit: number; readonly atMs: number }[] = [];
  readonly #gaps: { readonly epoch: string; readonly fromMs: number; readonly toMs: number }[] = [];
  readonly taken = new Map<string, number>();
  duplicated = 0;
  outOfOrder = 0;
  unasked = 0;

  constructor(
    units: ReadonlyMap<string, number>,
    answers: ReadonlyMap<string, Answer>,
    epochStartsMs: ReadonlyMap<string, number>,
  ) {
    this.#epochStartsMs = epochStartsMs;
    this.#units = units;
    this.#answers = answers;
  }

  take(epoch: string, record: JournalRecord): void {
    if (record.type === "channels") {
      const numbered = record.channels.filter(({ point }) => point === NUMBERED_POINT);
      this.#numbered = new Map(numbered.map(({ id, device }) => [id, this.#units.get(device) ?? 0]));
    } else if (record.type === "gap") {
      this.#gaps.push({ epoch, fromMs: record.fromMs, toMs: record.atMs });
    } else if (record.type === "sample") {
      record.channels.forEach((channel, index) => {
        const unit = this.#numbered.get(channel);
        const number = record.scaled[index];
        if (unit !== undefined && typeof number === "number")
          this.#count(epoch, record.atMs, unit, number, record.channels.length);
        else if (unit !== undefined) this.#notAnswered.push({ epoch, unit, atMs: record.atMs });
      });
    }
  }

  #count(epoch: string, atMs: number, unit: number, number: number, readings: number): void {
    const key = `${unit}:${number}`;
    const answer = this.#answers.get(key);
    if (!answer) {
      this.unasked += readings;
      return;
    }
    if (this.taken.has(key)) this.duplicated += readings;
    else if (number < (this.#lastNumber.get(unit) ?? 0)) this.outOfOrder += readings;
    this.taken.set(key, readings);
    this.#lastNumber.set(unit, number);
    this.#readingsOfUnit.set(unit, readings);
    const offsetMs = answer.atMs - atMs;
    this.#offsetsMs.set(epoch, Math.min(offsetMs, this.#offsetsMs.get(epoch) ?? offsetMs));
  }

  readingsOf(unit: number): number {
    return this.#readingsOfUnit.get(unit) ?? 0;
  }

  inGap(atMs: number): boolean {
    return this.#gaps.some(({ epoch, fromMs, toMs }) => {
      const offsetMs = this.#offsetOf(epoch);
      return atMs >= offsetMs + fromMs - GAP_EDGE_MS && atMs <= offsetMs + toMs + GAP_EDGE_MS;
    });
  }

  /** True when the record says that this meter did not answer then. */
  isOnRecordAsNotAnswered(unit: number, atMs: number): boolean {
    return this.#notAnswered.some(
      (poll) =>
        poll.unit === unit && Math.abs(this.#offsetOf(poll.epoch) + poll.atMs - atMs) <= UNHEARD_EDGE_MS,
    );
  }

  /** Wall time at which an epoch's clock was 0; NaN, which no moment is near to: not known. */
  #offsetOf(epoch: string): number {
    return this.#offsetsMs.get(epoch) ?? this.#epochStartsMs.get(epoch) ?? Number.NaN;
  }
}

/** Holds the replica of a stopped cloud to every answer that was given. */
export async function auditAnswers(options: {
  readonly database: string;
  readonly answersFile: string;
  readonly gateway: string;
  readonly publicKey: string;
  readonly units: ReadonlyMap<string, number>;
  readonly losses: readonly Loss[];
  readonly epochStartsMs: ReadonlyMap<string, number>;
}): Promise<AnswerAudit> {
  const answers = readAnswers(options.answersFile);
  const reading = new ReplicaReading(options.units, answers, options.epochStartsMs);
  const chain = await walkChain(options, (epoch, record) => reading.take(epoch, record));
  const totals = {
    readingsAnswered: 0,
    readingsTaken: 0,
    notCounted: 0,
    lost: reading.unasked,
    inGaps: 0,
    tooYoung: 0,
    unheard: 0,
  };
  const examples: string[] = [];
  for (const [key, { atMs, unit }] of answers) {
    const readings = reading.readingsOf(unit);
    const taken = reading.taken.has(key);
    if (!taken && options.losses.some((loss) => isYounger(atMs, loss, loss.notDueMs))) {
      totals.notCounted += readings;
      continue;
    }
    totals.readingsAnswered += readings;
    if (taken) totals.readingsTaken += readings;
    else if (options.losses.some((loss) => isYounger(atMs, loss, loss.youngerThanMs))) totals.tooYoung++;
    else if (reading.inGap(atMs)) totals.inGaps++;
    else if (reading.isOnRecordAsNotAnswered(unit, atMs)) totals.unheard += readings;
    else {
      totals.lost += readings;
      examples.push(`${new Date(atMs).toISOString()} unit ${key}`);
    }
  }
  const { duplicated, outOfOrder } = reading;
  return { ...totals, duplicated, outOfOrder, ...chain, examples: examples.slice(0, 20) };
}

/** An answer is logged a moment after it was sent. */
const LOGGED_LATE_MS = 100;

function isYounger(answerMs: number, loss: Loss, limitMs: number): boolean {
  return answerMs <= loss.atMs + LOGGED_LATE_MS && answerMs > loss.atMs - limitMs;
}

function readAnswers(file: string): Map<string, Answer> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [atMs = 0, unit = 0, number = 0] = line.split(" ").map(Number);
      return [`${unit}:${number}`, { atMs, unit, number }];
    }),
  );
}

/** Reads every segment in the replica's order; checks links, hashes and signatures by itself. */
async function walkChain(
  options: { readonly database: string; readonly gateway: string; readonly publicKey: string },
  take: (epoch: string, record: JournalRecord) => void,
): Promise<Pick<AnswerAudit, "chainBreaks" | "branches" | "segments" | "givenUp">> {
  const verifier = ed25519Verifier(options.publicKey);
  const heads = new Map<string, { seq: number; hash: string }>();
  const held = new Set<string>();
  const found = { chainBreaks: 0, branches: 0, segments: 0, givenUp: 0 };
  let newest = NO_HASH;
  const { db, close } = await openSqlite(options.database);
  try {
    for (const row of db.all("SELECT cose, body FROM segment WHERE gateway = ? ORDER BY ord", [
      options.gateway,
    ])) {
      const cose = decodeCose(row["cose"] as Uint8Array, "audited segment");
      const stored = row["body"] as Uint8Array;
      const body = stored.length > 0 ? stored : null;
      const header = decodeHeader(cose[2]);
      const hash = sha256Hex(cose[2]);
      const honest = body === null || header.bodyHash === sha256Hex(body);
      if (!honest || !follows(header, heads.get(header.epoch), held)) found.chainBreaks++;
      if (header.seq === 1 && header.prev !== newest) found.branches++;
      if (!body) found.givenUp++;
      verifySegment({ header, hash, cose, body }, verifier);
      heads.set(header.epoch, { seq: header.seq, hash });
      held.add(hash);
      newest = hash;
      found.segments++;
      for (const record of segmentRecords({ header, body })) take(header.epoch, record);
    }
  } finally {
    await close();
  }
  return found;
}

function follows(
  header: SegmentHeader,
  head: { seq: number; hash: string } | undefined,
  held: ReadonlySet<string>,
): boolean {
  if (head) return header.seq === head.seq + 1 && header.prev === head.hash;
  if (header.seq !== 1) return false;
  return header.parent ? held.has(header.parent.hash) && header.prev === header.parent.hash : held.size === 0;
}
