import type { JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { viewBaselines } from "./baseline-view.ts";
import type { FindingRecord } from "./finding.ts";
import { EPOCH_A, EPOCH_B, foldBatches, GATEWAY, SITE } from "./fold-batches.fixture.ts";
import { foldSegment, initialGatewayState } from "./gateway-fold.ts";
import { DAY_MS } from "./local-time.ts";
import { MIDNIGHT_MS, quietDays, siteChannels } from "./simulated-journal.fixture.ts";
import { judgeSite } from "./site-verdict.ts";

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
        "config-applied" as const,
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
    const learned = foldBatches([{ epoch: EPOCH_A, records: quietDays(8) }], {
      context: [{ kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 7.5 * DAY_MS, by: "李工" }],
    }).state;
    const context = [
      {
        kind: "baseline-accepted" as const,
        effectiveMs: 5_000_000,
        by: "李工",
        instrumentsOnly: true as const,
      },
    ];
    const segments = fc.array(
      fc.record({
        epoch: fc.constantFrom(EPOCH_A, EPOCH_B),
        records: fc.array(arbitraryRecord, { maxLength: 30 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(segments, fc.boolean(), (list, isLearned) => {
        let state = isLearned ? learned : initialGatewayState();
        const findings: FindingRecord[] = [];
        for (const [index, segment] of list.entries()) {
          const folded = foldSegment(state, { gateway: GATEWAY, seq: index + 2, ...segment }, context, SITE);
          assertFinite(folded);
          expect(JSON.parse(JSON.stringify(folded.state))).toEqual(folded.state);
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
