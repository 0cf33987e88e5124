import { seededRandom } from "@sealwatch/platform";
import type { JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { viewBaselines } from "./baseline-view.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { FindingRecord } from "./finding.ts";
import { foldSegment, type GatewayState, initialGatewayState } from "./gateway-fold.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./local-time.ts";
import {
  epochStart,
  MIDNIGHT_MS,
  meterSample,
  QUIET_FLOOR,
  simulatedFloor,
  siteChannels,
} from "./simulated-journal.ts";
import { judgeSite } from "./site-verdict.ts";

const SITE = { site: "qingshi-dyes", utcOffsetMin: 480, formerLoadW: 60_000 };
const GATEWAY = "gw-000001";
const [A, B] = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"];

/** Folds batches of records; each becomes the next segment of its epoch. */
function fold(
  batches: readonly { epoch: string; records: readonly JournalRecord[] }[],
  options: { context?: readonly ContextEntry[]; throughJson?: boolean; twice?: boolean } = {},
): { state: GatewayState; findings: FindingRecord[] } {
  let state = initialGatewayState();
  const findings: FindingRecord[] = [];
  const seqs = new Map<string, number>();
  for (const { epoch, records } of batches) {
    const seq = (seqs.get(epoch) ?? 0) + 1;
    seqs.set(epoch, seq);
    for (let time = 0; time < (options.twice ? 2 : 1); time++) {
      const folded = foldSegment(
        state,
        { gateway: GATEWAY, epoch, seq, records },
        options.context ?? [],
        SITE,
      );
      state = options.throughJson ? JSON.parse(JSON.stringify(folded.state)) : folded.state;
      findings.push(...folded.findings);
    }
  }
  return { state, findings };
}

/** Which segments prove it depends on how records were cut into segments; everything else must not. */
function withoutProof(findings: readonly FindingRecord[]): unknown[] {
  return findings.map(({ proof: _proof, ...rest }) => rest);
}

const event = (
  atMs: number,
  change: { channel: number; value: number; note?: string } | { device: string; isLost: boolean },
): JournalRecord =>
  "device" in change
    ? { type: "event", atMs, event: change.isLost ? "device-lost" : "device-regained", device: change.device }
    : { type: "event", atMs, event: "contact-changed", ...change };

const run = (fromMs: number, atMs: number, channel: number, value: number): JournalRecord => {
  return {
    type: "run",
    atMs,
    fromMs,
    channel,
    value,
    polls: 1 + (atMs - fromMs) / 1_000,
    longestGapMs: 1_100,
  };
};

/** `days` of minute readings with polling runs of all contacts, from monotonic 0. */
function quietDays(days: number, seed = 1): JournalRecord[] {
  const next = simulatedFloor(seededRandom(seed, "fold"), QUIET_FLOOR);
  const records = epochStart(MIDNIGHT_MS, MINUTE_MS);
  for (let minute = 1; minute <= days * 1_440; minute++) {
    const atMs = minute * MINUTE_MS;
    records.push(meterSample(atMs, next(MIDNIGHT_MS + atMs, MINUTE_MS)));
    if (minute % 5 > 0) continue;
    for (let channel = 10; channel < 18; channel++) records.push(run(atMs - 299_000, atMs, channel, 1));
  }
  return records;
}

/** Nine quiet days, accepted; then mains return, door, seal, restart at 1-s sampling, a lost device, a gap, a new epoch. */
function eventfulJournal(): { records: { epoch: string; record: JournalRecord }[]; context: ContextEntry[] } {
  const quiet = quietDays(9);
  const startMs = 9 * DAY_MS;
  const next = simulatedFloor(seededRandom(2, "restart"), QUIET_FLOOR);
  const records: JournalRecord[] = [
    ...quiet,
    { type: "channels", atMs: startMs + 1_000, channels: siteChannels(1_000) },
    event(startMs + 60_000, { channel: 16, value: 0 }),
    event(startMs + 90_000, { channel: 10, value: 0 }),
  ];
  for (let second = 100; second < 1_000; second++) {
    const atMs = startMs + second * 1_000;
    records.push(meterSample(atMs, next(MIDNIGHT_MS + atMs, 1_000) + (second > 300 ? 20_000 : 0)));
  }
  const endMs = startMs + 1_000_000;
  records.push(
    event(endMs, { device: "meter-1", isLost: true }),
    event(endMs + 60_000, { device: "meter-1", isLost: false }),
  );
  records.push({
    type: "gap",
    fromMs: endMs + 60_000,
    atMs: endMs + 120_000,
    reason: "overload",
    readings: 120,
  });
  const second: JournalRecord[] = [
    { type: "gap", fromMs: -60_000, atMs: 0, reason: "power-cut", readings: 0 },
    ...epochStart(MIDNIGHT_MS + endMs + HOUR_MS, MINUTE_MS),
    event(1, { channel: 16, value: 1, note: "initial" }),
    ...Array.from({ length: 120 }, (_, minute) => meterSample((minute + 1) * MINUTE_MS, 600)),
    run(1, 2 * HOUR_MS, 16, 1),
  ];
  return {
    records: [
      ...records.map((record) => ({ epoch: A, record })),
      ...second.map((record) => ({ epoch: B, record })),
    ],
    context: [{ kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 9 * DAY_MS, by: "李工" }],
  };
}

function cut(records: readonly { epoch: string; record: JournalRecord }[], sizes: readonly number[]) {
  const batches: { epoch: string; records: JournalRecord[] }[] = [];
  let left = 0;
  let index = 0;
  for (const { epoch, record } of records) {
    const last = batches.at(-1);
    if (!last || last.epoch !== epoch || left === 0) {
      batches.push({ epoch, records: [record] });
      left = (sizes[index++ % sizes.length] ?? 1) - 1;
    } else {
      last.records.push(record);
      left -= 1;
    }
  }
  return batches;
}

describe("an eventful journal", () => {
  const { records, context } = eventfulJournal();
  const whole = fold(cut(records, [1_000_000]), { context });

  it("finds door, seal, power, the lost device and both gaps", () => {
    const opened = whole.findings.filter(({ phase }) => phase === "opened");
    expect(opened.map(({ evidence }) => evidence)).toEqual([
      "door",
      "seal",
      "power",
      "silence",
      "silence",
      "silence",
    ]);
    const power = opened.find(({ evidence }) => evidence === "power");
    expect(power?.strength).toBe("strong");
    expect((power?.atMs ?? 0) - (MIDNIGHT_MS + 9 * DAY_MS + 300_000)).toBeLessThanOrEqual(30_000);
    expect(opened[5]?.window.fromMs).toBe(MIDNIGHT_MS + 9 * DAY_MS + 1_120_000);
  });

  it("gives the same findings under any batching, duplication and through JSON", () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 200, max: 3_000 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, fc.boolean(), (parts, twice) => {
        const other = fold(cut(records, parts), { context, throughJson: true, twice });
        expect(withoutProof(other.findings)).toEqual(withoutProof(whole.findings));
        expect(withoutPlaces(other.state)).toEqual(withoutPlaces(whole.state));
      }),
      { numRuns: 12 },
    );
  });

  it("does not change the state it was given", () => {
    const [first, second] = cut(records, [5_000]);
    const before = fold(first ? [first] : [], { context }).state;
    const text = JSON.stringify(before);
    foldSegment(
      before,
      { gateway: GATEWAY, epoch: A, seq: 2, records: second?.records ?? [] },
      context,
      SITE,
    );
    expect(JSON.stringify(before)).toBe(text);
  });

  it("makes an unmistakable red of it", () => {
    const findings = whole.findings.filter(({ atMs }) => atMs < MIDNIGHT_MS + 9 * DAY_MS + 1_000_000);
    const untilMs = MIDNIGHT_MS + 9 * DAY_MS + 1_000_000;
    const judged = judgeSite({ site: SITE.site, findings, silences: [], baseline: "accepted", untilMs });
    expect(judged).toMatchObject({ verdict: "restarted", level: "red" });
    expect(judged.episodes[0]?.sentence.zh).toMatch(
      /功率 2\d kW，封停基线.*封条 S1 于 00:01 断开.*大门 D1 于 00:01 打开/,
    );
  });
});

/** The state without the segments that it names. */
function withoutPlaces(state: GatewayState): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value) => (key === "first" || key === "epochs" ? null : value)),
  );
}

describe("acceptance", () => {
  const quiet = cut(
    quietDays(8).map((record) => ({ epoch: A, record })),
    [500],
  );
  const accepted = (effectiveMs: number): ContextEntry[] => [
    { kind: "baseline-accepted", effectiveMs, by: "李工" },
  ];

  it("waits for the first record dated at or after its effective time, and is applied once", () => {
    const context = accepted(MIDNIGHT_MS + 7.5 * DAY_MS);
    const { state } = fold(quiet, { context });
    expect(state.contextApplied).toBe(1);
    expect(viewBaselines(state)[0]).toMatchObject({ channel: 1, status: "accepted", days: 7 });
    expect(fold(quiet, { context: accepted(MIDNIGHT_MS + 9 * DAY_MS) }).state.contextApplied).toBe(0);
  });

  it("of too few days changes nothing", () => {
    const { state } = fold(quiet, { context: accepted(MIDNIGHT_MS + 3 * DAY_MS) });
    expect(viewBaselines(state)[0]?.status).toBe("ready");
  });

  it("shows a band around the floor, in the channel's unit", () => {
    const { state } = fold(quiet);
    const [view] = viewBaselines(state);
    expect(view?.hours.length).toBe(24);
    const noon = view?.hours[12];
    expect(noon && noon.low < noon.mid && noon.mid < noon.high).toBe(true);
    expect(noon?.mid).toBeGreaterThan(400);
    expect(noon?.mid).toBeLessThan(800);
  });

  it("keeps the state within 8 KiB before and after 14 days", () => {
    const days = cut(
      quietDays(15).map((record) => ({ epoch: A, record })),
      [5_000],
    );
    const learning = fold(days).state;
    const after = fold(days, { context: accepted(MIDNIGHT_MS + 14.2 * DAY_MS) }).state;
    expect(Buffer.byteLength(JSON.stringify(learning))).toBeLessThanOrEqual(8_192);
    expect(Buffer.byteLength(JSON.stringify(after))).toBeLessThan(
      Buffer.byteLength(JSON.stringify(learning)),
    );
  });
});

describe("contacts", () => {
  const start = epochStart(MIDNIGHT_MS, MINUTE_MS);
  const phases = (records: readonly JournalRecord[], rest: readonly JournalRecord[] = []) =>
    fold([
      { epoch: A, records: [...start, ...records] },
      ...(rest.length > 0 ? [{ epoch: B, records: rest }] : []),
    ]).findings.map(
      ({ evidence, phase, atMs }) => `${evidence} ${phase} ${(atMs - MIDNIGHT_MS) / MINUTE_MS}`,
    );

  it("a door clears 30 minutes after it closed, once polls prove it", () => {
    expect(
      phases([
        event(MINUTE_MS, { channel: 16, value: 0 }),
        event(2 * MINUTE_MS, { channel: 16, value: 1 }),
        run(2 * MINUTE_MS, 31 * MINUTE_MS, 16, 1),
        run(31 * MINUTE_MS, 33 * MINUTE_MS, 16, 1),
      ]),
    ).toEqual(["door opened 1", "door cleared 33"]);
  });

  it("a hole in the polling starts the 30 minutes again", () => {
    expect(
      phases([
        event(MINUTE_MS, { channel: 16, value: 0 }),
        event(2 * MINUTE_MS, { channel: 16, value: 1 }),
        { type: "gap", fromMs: 3 * MINUTE_MS, atMs: 40 * MINUTE_MS, reason: "overload", readings: 0 },
        run(41 * MINUTE_MS, 60 * MINUTE_MS, 16, 1),
      ]),
    ).toEqual(["door opened 1", "silence opened 3", "silence cleared 40"]);
  });

  it("a seal needs a whole day", () => {
    const closed = [
      event(MINUTE_MS, { channel: 10, value: 0 }),
      event(2 * MINUTE_MS, { channel: 10, value: 1 }),
    ];
    expect(phases([...closed, run(2 * MINUTE_MS, 23 * HOUR_MS, 10, 1)])).toEqual(["seal opened 1"]);
    expect(phases([...closed, run(2 * MINUTE_MS, 25 * HOUR_MS, 10, 1)])).toEqual([
      "seal opened 1",
      "seal cleared 1500",
    ]);
  });

  it("an abnormal initial position counts from its first proof, and not again after a restart", () => {
    const initial = event(5 * MINUTE_MS, { channel: 10, value: 0, note: "initial" });
    const rest = [
      ...epochStart(MIDNIGHT_MS + HOUR_MS, MINUTE_MS),
      event(1, { channel: 10, value: 0, note: "initial" }),
    ];
    expect(phases([initial], rest)).toEqual(["seal opened 5"]);
  });

  it("a polling run alone proves an open seal", () => {
    expect(phases([run(MINUTE_MS, 6 * MINUTE_MS, 11, 0)])).toEqual(["seal opened 1"]);
  });

  it("what happens soon after a mains return or the device's return is settling", () => {
    const settling = (...before: JournalRecord[]) =>
      fold([
        { epoch: A, records: [...start, ...before, event(20 * MINUTE_MS, { channel: 16, value: 0 })] },
      ]).findings.at(-1)?.settling;
    expect(settling()).toBe(false);
    const mains = (value: number, minute: number) => event(minute * MINUTE_MS, { channel: 17, value });
    expect(settling(mains(0, 1), mains(1, 2))).toBe(true);
    expect(settling(mains(1, 2))).toBe(false);
    const device = (isLost: boolean, minute: number) =>
      event(minute * MINUTE_MS, { device: "contacts-1", isLost });
    expect(settling(device(true, 1), device(false, 3))).toBe(true);
  });
});

describe("silence", () => {
  it("opens when a device is lost and clears when it is back", () => {
    const records = [
      ...epochStart(MIDNIGHT_MS, MINUTE_MS),
      event(MINUTE_MS, { device: "gas-1", isLost: true }),
      event(2 * MINUTE_MS, { device: "gas-1", isLost: true }),
      event(9 * MINUTE_MS, { device: "gas-1", isLost: false }),
      event(10 * MINUTE_MS, { device: "gas-1", isLost: false }),
    ];
    const { findings } = fold([{ epoch: A, records }]);
    expect(findings.map(({ phase, device }) => `${device} ${phase}`)).toEqual([
      "gas-1 opened",
      "gas-1 cleared",
    ]);
    expect(findings[0]?.text.zh).toBe("gas-1 自 00:01 起无应答");
    expect(findings[1]?.measured).toBe(8);
  });

  it("names that every object has are ordinary device names", () => {
    const records = [...epochStart(MIDNIGHT_MS, 1_000), event(5, { device: "constructor", isLost: true })];
    expect(fold([{ epoch: A, records }]).findings.length).toBe(1);
  });
});

describe("hostile records", () => {
  const time = fc.oneof(fc.integer({ min: -10_000, max: 10_000_000 }), fc.maxSafeInteger());
  const channel = fc.oneof(fc.integer({ min: 0, max: 21 }), fc.integer());
  const arbitraryRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
    fc.record({
      type: fc.constant("clock" as const),
      atMs: time,
      utcMs: time,
      uncertaintyMs: fc.nat(),
      source: fc.constant("system" as const),
    }),
    fc.record({
      type: fc.constant("channels" as const),
      atMs: time,
      channels: fc.shuffledSubarray(siteChannels(1_000)),
    }),
    fc.record({
      type: fc.constant("sample" as const),
      atMs: time,
      channels: fc.array(channel, { maxLength: 4 }),
      scaled: fc.array(
        fc.oneof(fc.constant(null), fc.maxSafeInteger(), fc.integer({ min: -9_000, max: 9_000 })),
        { maxLength: 4 },
      ),
      qualities: fc.array(fc.nat({ max: 143 }), { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant("event" as const),
      atMs: time,
      event: fc.constantFrom(
        "contact-changed" as const,
        "device-lost" as const,
        "device-regained" as const,
        "clock-jumped" as const,
      ),
      device: fc.constantFrom("meter-1", "contacts-1", "unheard-of"),
      channel,
      value: fc.integer({ min: -1, max: 3 }),
    }),
    fc.record({
      type: fc.constant("run" as const),
      atMs: time,
      fromMs: time,
      channel,
      value: fc.integer({ min: 0, max: 2 }),
      polls: fc.nat(),
      longestGapMs: fc.nat(),
    }),
    fc.record({
      type: fc.constant("gap" as const),
      atMs: time,
      fromMs: time,
      reason: fc.constant("corrupt" as const),
      readings: fc.nat(),
    }),
  );

  it("never throw, and leave a state that survives JSON", () => {
    const learned = fold([{ epoch: A, records: quietDays(8) }], {
      context: [{ kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 7.5 * DAY_MS, by: "李工" }],
    }).state;
    const segments = fc.array(
      fc.record({ epoch: fc.constantFrom(A, B), records: fc.array(arbitraryRecord, { maxLength: 30 }) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(segments, fc.boolean(), (list, isLearned) => {
        let state = isLearned ? learned : initialGatewayState();
        const findings: FindingRecord[] = [];
        for (const [index, segment] of list.entries()) {
          const folded = foldSegment(state, { gateway: GATEWAY, seq: index + 2, ...segment }, [], SITE);
          assertFinite(folded);
          state = folded.state;
          findings.push(...folded.findings);
        }
        viewBaselines(state);
        judgeSite({ site: SITE.site, findings, silences: [], baseline: "accepted", untilMs: 0 });
        for (const { atMs, openedAtMs, window } of findings) {
          expect(atMs).toBeGreaterThanOrEqual(openedAtMs);
          expect(window.toMs).toBeGreaterThanOrEqual(window.fromMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** JSON turns what is not finite into null, and null means something else. */
function assertFinite(value: unknown): void {
  if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
  else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) assertFinite(part);
}
