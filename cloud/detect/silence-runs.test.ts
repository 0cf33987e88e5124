import type { JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldBatches } from "./fold-batches.fixture.ts";
import { MINUTE_MS } from "./local-time.ts";
import { deviceHeard, MIDNIGHT_MS, meterSample, siteChannels } from "./simulated-journal.fixture.ts";
import { sample } from "./written-channels.fixture.ts";

type Batch = { epoch: string; records: JournalRecord[] };
type Step = "answers" | "silent" | "restart" | "reload";

const LOST_AFTER_MISSES = 2;
const epochOf = (run: number): string => run.toString(16).padStart(16, "0");

/** What runs of a gateway write of one meter, a segment a step; a run that begins anew has lost nobody yet. */
function journalOf(steps: readonly Step[]): Batch[] {
  let run = 1;
  let misses = 0;
  return steps.map((step, index) => {
    const atMs = (index + 1) * MINUTE_MS;
    const channels: JournalRecord = { type: "channels", atMs, channels: siteChannels(MINUTE_MS) };
    const records: JournalRecord[] = [
      { type: "clock", atMs, utcMs: MIDNIGHT_MS + atMs, uncertaintyMs: 50, source: "simulator" },
    ];
    if (step === "restart") {
      run += 1;
      records.unshift(channels);
    } else if (step === "reload") records.push(channels, { type: "event", atMs, event: "config-applied" });
    else if (step === "answers") {
      if (misses >= LOST_AFTER_MISSES) records.push(deviceHeard(atMs, { device: "meter-1", isHeard: true }));
      records.push(meterSample(atMs, 600));
    } else {
      if (misses === LOST_AFTER_MISSES - 1)
        records.push(deviceHeard(atMs, { device: "meter-1", isHeard: false }));
      records.push(sample(atMs, { 1: null, 2: null }));
    }
    misses = step === "silent" ? misses + 1 : 0;
    return { epoch: epochOf(run), records };
  });
}

/** How many silences of the meter are open in the end. */
function openSilences(batches: readonly Batch[], twice = false): number {
  const { findings } = foldBatches(batches, { twice, throughJson: true });
  const open = new Set<string>();
  for (const { rule, device, phase, key } of findings) {
    if (rule !== "device-silent" || device !== "meter-1") continue;
    if (phase === "opened") open.add(key);
    else open.delete(key);
  }
  return open.size;
}

describe("a meter that comes and goes while its gateway restarts and reloads", () => {
  const course = fc.array(
    fc.constantFrom<Step>("answers", "answers", "silent", "silent", "silent", "restart", "reload"),
    { maxLength: 30 },
  );
  const ending = fc.constantFrom<[Step[], number]>(
    [["answers"], 0],
    [["restart", "answers"], 0],
    [["restart", "silent", "silent"], 1],
    [["answers", "silent", "silent"], 1],
  );

  it("is silent in the end exactly when the last run cannot reach it, with every segment once or twice", () => {
    fc.assert(
      fc.property(course, ending, fc.boolean(), (steps, [last, open], twice) => {
        expect(openSilences(journalOf([...steps, ...last]), twice)).toBe(open);
      }),
      { numRuns: 300 },
    );
  });

  it("is silent or not as before when the last segments of older runs arrive after it", () => {
    fc.assert(
      fc.property(course, ending, fc.nat({ max: 6 }), (steps, [last, open], lateMax) => {
        const journal = journalOf([...steps, "restart", ...last]);
        const newest = journal.at(-1)?.epoch;
        const late = journal.filter(({ epoch }) => epoch !== newest).slice(-lateMax - 1);
        const inTime = journal.filter((batch) => !late.includes(batch));
        const heads = new Set(inTime.map(({ epoch }) => epoch));
        // A run of which nothing is known yet does not come late: it is the newest.
        fc.pre(late.every(({ epoch }) => heads.has(epoch)));
        expect(openSilences([...inTime, ...late])).toBe(open);
      }),
      { numRuns: 300 },
    );
  });
});
