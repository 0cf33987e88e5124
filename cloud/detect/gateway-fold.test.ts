import { seededRandom } from "@sealwatch/platform";
import type { JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { viewBaselines } from "./baseline-view.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { FindingRecord } from "./finding.ts";
import { EPOCH_A, EPOCH_B, foldBatches, GATEWAY, SITE } from "./fold-batches.fixture.ts";
import { foldSegment, type GatewayState } from "./gateway-fold.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./local-time.ts";
import {
  contactChanged,
  deviceHeard,
  epochStart,
  MIDNIGHT_MS,
  meterSample,
  pollingRun,
  QUIET_FLOOR,
  quietDays,
  simulatedFloor,
  siteChannels,
} from "./simulated-journal.fixture.ts";
import { judgeSite } from "./site-verdict.ts";

/** Which segments prove it depends on how records were cut into segments; everything else must not. */
function withoutProof(findings: readonly FindingRecord[]): unknown[] {
  return findings.map(({ proof: _proof, ...rest }) => rest);
}

/** Nine quiet days, accepted; then mains return, door, seal, restart at 1-s sampling, a lost device, a gap, a new epoch. */
function eventfulJournal(): { records: { epoch: string; record: JournalRecord }[]; context: ContextEntry[] } {
  const quiet = quietDays(9);
  const startMs = 9 * DAY_MS;
  const next = simulatedFloor(seededRandom(2, "restart"), QUIET_FLOOR);
  const records: JournalRecord[] = [
    ...quiet,
    { type: "channels", atMs: startMs + 1_000, channels: siteChannels(1_000) },
    contactChanged(startMs + 60_000, { channel: 16, value: 0 }),
    contactChanged(startMs + 90_000, { channel: 10, value: 0 }),
  ];
  for (let second = 100; second < 1_000; second++) {
    const atMs = startMs + second * 1_000;
    records.push(meterSample(atMs, next(MIDNIGHT_MS + atMs, 1_000) + (second > 300 ? 20_000 : 0)));
  }
  const endMs = startMs + 1_000_000;
  records.push(
    deviceHeard(endMs, { device: "meter-1", isHeard: false }),
    deviceHeard(endMs + 60_000, { device: "meter-1", isHeard: true }),
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
    contactChanged(1, { channel: 16, value: 1, note: "initial" }),
    ...Array.from({ length: 120 }, (_, minute) => meterSample((minute + 1) * MINUTE_MS, 600)),
    pollingRun(1, 2 * HOUR_MS, 16, 1),
  ];
  return {
    records: [
      ...records.map((record) => ({ epoch: EPOCH_A, record })),
      ...second.map((record) => ({ epoch: EPOCH_B, record })),
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
  const whole = foldBatches(cut(records, [1_000_000]), { context });

  it("finds door, seal, power, the lost device and both gaps", () => {
    const opened = whole.findings.filter(
      ({ phase, rule }) => phase === "opened" && !/^(night-energy|former-share)$/.test(rule),
    );
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
        const other = foldBatches(cut(records, parts), { context, throughJson: true, twice });
        expect(withoutProof(other.findings)).toEqual(withoutProof(whole.findings));
        expect(withoutPlaces(other.state)).toEqual(withoutPlaces(whole.state));
      }),
      { numRuns: 12 },
    );
  });

  it("does not change the state it was given", () => {
    const [first, second] = cut(records, [5_000]);
    const before = foldBatches(first ? [first] : [], { context }).state;
    const text = JSON.stringify(before);
    foldSegment(
      before,
      { gateway: GATEWAY, epoch: EPOCH_A, seq: 2, records: second?.records ?? [] },
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
    quietDays(8).map((record) => ({ epoch: EPOCH_A, record })),
    [500],
  );
  const accepted = (effectiveMs: number): ContextEntry[] => [
    { kind: "baseline-accepted", effectiveMs, by: "李工" },
  ];

  it("waits for the first record dated at or after its effective time, and is applied once", () => {
    const context = accepted(MIDNIGHT_MS + 7.5 * DAY_MS);
    const { state } = foldBatches(quiet, { context });
    expect(state.contextApplied).toBe(1);
    expect(viewBaselines(state)[0]).toMatchObject({ channel: 1, status: "accepted", days: 7 });
    expect(foldBatches(quiet, { context: accepted(MIDNIGHT_MS + 9 * DAY_MS) }).state.contextApplied).toBe(0);
  });

  it("of too few days changes nothing", () => {
    const { state } = foldBatches(quiet, { context: accepted(MIDNIGHT_MS + 3 * DAY_MS) });
    expect(viewBaselines(state)[0]?.status).toBe("ready");
  });

  it("shows a band around the floor, in the channel's unit", () => {
    const { state } = foldBatches(quiet);
    const [view] = viewBaselines(state);
    expect(view?.hours.length).toBe(24);
    const noon = view?.hours[12];
    expect(noon && noon.low < noon.mid && noon.mid < noon.high).toBe(true);
    expect(noon?.mid).toBeGreaterThan(400);
    expect(noon?.mid).toBeLessThan(800);
  });

  it("keeps the state within 8 KiB before and after 14 days", () => {
    const days = cut(
      quietDays(15).map((record) => ({ epoch: EPOCH_A, record })),
      [5_000],
    );
    const learning = foldBatches(days).state;
    const after = foldBatches(days, { context: accepted(MIDNIGHT_MS + 14.2 * DAY_MS) }).state;
    expect(Buffer.byteLength(JSON.stringify(learning))).toBeLessThanOrEqual(8_192);
    expect(Buffer.byteLength(JSON.stringify(after))).toBeLessThan(
      Buffer.byteLength(JSON.stringify(learning)),
    );
  });
});
