import { expect, it } from "vitest";
import { EPOCH_A, GATEWAY, SITE } from "../detect/fold-batches.fixture.ts";
import { fullSiteChannels, fullSiteHours } from "../detect/full-site.fixture.ts";
import { foldSegment, type GatewayState, initialGatewayState } from "../detect/gateway-fold.ts";
import { DAY_MS } from "../detect/local-time.ts";
import { MIDNIGHT_MS } from "../detect/simulated-journal.fixture.ts";
import { fromStoredState, toStoredState } from "./stored-state.ts";

const STATE_MAX_BYTES = 8_192;

it("keeps the fullest gateway within 8 KiB, learning, accepted and with its devices off the list, and gives back what it was given", () => {
  const context = [
    { kind: "baseline-accepted" as const, effectiveMs: MIDNIGHT_MS + 15 * DAY_MS, by: "李工" },
  ];
  let state: GatewayState = initialGatewayState();
  let fullest = state;
  let largest = 0;
  let seq = 0;
  for (const records of fullSiteHours(17, 1)) {
    seq += 1;
    state = foldSegment(state, { gateway: GATEWAY, epoch: EPOCH_A, seq, records }, context, SITE).state;
    const stored = toStoredState(state);
    if (stored.length > largest) [largest, fullest] = [stored.length, state];
    if (seq % 50 === 0) expect(fromStoredState(stored)).toEqual(state);
  }
  expect(state.power.every((held) => held.state.accepted !== null)).toBe(true);
  expect(largest).toBeLessThanOrEqual(STATE_MAX_BYTES);
  const channels = fullSiteChannels();
  const others = channels.map((each) => ({ ...each, device: each.device.replace("-", "-new-") }));
  const meters = channels.filter(({ device }) => device.startsWith("meter-"));
  for (const list of [meters, others, channels.filter((each) => !meters.includes(each)), []]) {
    const record = { type: "channels" as const, atMs: 18 * DAY_MS, channels: list };
    const segment = { gateway: GATEWAY, epoch: EPOCH_A, seq: seq + 1, records: [record] };
    const removed = foldSegment(fullest, segment, [], SITE).state;
    expect(removed.removed.length).toBeGreaterThan(0);
    expect(toStoredState(removed).length).toBeLessThanOrEqual(STATE_MAX_BYTES);
    expect(fromStoredState(toStoredState(removed))).toEqual(removed);
  }
});

it("refuses what it did not store", () => {
  expect(() => fromStoredState("not that")).toThrow();
});
