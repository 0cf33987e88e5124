import type { ChannelDescription, EventRecord, Notice } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { foretoldFinding, tellsMainsLost } from "./foretold-finding.ts";

const UTC_MS = Date.UTC(2026, 2, 1);
const site = { site: "site", utcOffsetMin: 480, formerLoadW: 60_000 };

function notice(
  contact: NonNullable<ChannelDescription["contact"]>,
  value: number,
  part: Partial<EventRecord> = {},
): Notice {
  const channel: ChannelDescription = {
    id: 3,
    device: "contacts-1",
    point: "di3",
    profile: "a/b@1",
    kind: "contact",
    unit: "",
    decimals: 0,
    intervalMs: 200,
    supply: "battery",
    contact,
    label: "",
  };
  const event: EventRecord = { type: "event", atMs: 5, event: "contact-changed", channel: 3, value, ...part };
  return { gateway: "gw-1", epoch: "00112233445566ff", event, utcMs: UTC_MS, channel };
}
const foretold = (told: Notice) => {
  const finding = foretoldFinding(told, UTC_MS, site);
  return finding && { evidence: finding.evidence, strength: finding.strength, proof: finding.proof };
};

describe("what a notice foretells", () => {
  it("isWhatTheRulesWouldSayOfTheEventAlone", () => {
    expect(foretold(notice({ role: "seal", normal: 1 }, 0))).toEqual({
      ...{ evidence: "seal", strength: "strong", proof: [] },
    });
    expect(foretold(notice({ role: "door", normal: 0 }, 1))).toMatchObject({ evidence: "door" });
    const changed = { event: "ratio-changed", device: "meter-1", note: "100 → 60" } as const;
    expect(foretold(notice({ role: "other", normal: 1 }, 0, changed))).toMatchObject({
      ...{ evidence: "tampering", strength: "strong" },
    });
  });

  it("isNothingForAContactThatIsNormalAgainOrThatNobodyWatches", () => {
    expect(foretold(notice({ role: "seal", normal: 1 }, 1))).toBeNull();
    expect(foretold(notice({ role: "other", normal: 1 }, 0))).toBeNull();
    expect(foretold(notice({ role: "seal", normal: 1 }, 0, { channel: 4 }))).toBeNull();
    expect(foretold(notice({ role: "seal", normal: 1 }, 0, { event: "gateway-started" }))).toBeNull();
  });

  it("isLostMainsOnlyWhereThereShouldBeMains", () => {
    expect(tellsMainsLost(notice({ role: "mains-present", normal: 1 }, 0))).toBe(true);
    expect(tellsMainsLost(notice({ role: "mains-present", normal: 1 }, 1))).toBe(false);
    // A feeder that was cut by order: power on it is no loss, and its absence is as it should be.
    expect(tellsMainsLost(notice({ role: "mains-present", normal: 0 }, 1))).toBe(false);
    expect(tellsMainsLost(notice({ role: "mains-present", normal: 0 }, 0))).toBe(false);
  });
});
