import { describe, expect, it } from "vitest";
import { initialGatewayState } from "../detect/gateway-state.ts";
import { cutFeeder } from "../detect/rules/cut-feeder.ts";
import { waterOnCut } from "../detect/rules/water-on-cut.ts";
import { type CutWitness, livePowerCut, liveWaterCut } from "./live-cut.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const HOUR_MS = 3_600_000;

function feeder(state: Partial<ReturnType<typeof cutFeeder.init>>, heard = true): CutWitness {
  const held = { feeder: "F1", state: { ...cutFeeder.init({ feeder: "F1" }), ...state } };
  return { heard, detection: { ...initialGatewayState(), feeders: [held] } };
}

function meter(state: Partial<ReturnType<typeof waterOnCut.init>>, heard = true): CutWitness {
  const subject = {
    id: 5,
    device: "water-1",
    point: "volume",
    feeder: "W1",
    countM3: 0.001,
    perScaled: 0.001,
  };
  return {
    heard,
    detection: {
      ...initialGatewayState(),
      water: [{ subject: { ...subject, kind: "water" }, state: { ...waterOnCut.init(subject), ...state } }],
    },
  };
}

const DEAD = { provenMs: NOW_MS - HOUR_MS, deadSeenMs: NOW_MS - 60_000 };

describe("a power cut as machines see it", () => {
  const live = (witnesses: CutWitness[], feeders = ["F1"]) => livePowerCut(feeders, witnesses, NOW_MS);

  it("isProvenWhileItIsSeenDead", () => {
    expect(live([feeder(DEAD)])).toBe("proven-cut");
    expect(live([feeder({ ...DEAD, provenMs: null })])).toBe("unproven");
  });

  it("isUnknownWhereNobodyLooksOrTheGatewayIsSilent", () => {
    expect(live([feeder(DEAD, false)])).toBe("unknown");
    expect(live([feeder({ ...DEAD, deadSeenMs: NOW_MS - 2 * HOUR_MS })])).toBe("unknown");
    expect(live([])).toBe("unknown");
    expect(live([feeder(DEAD)], [])).toBe("unknown");
    // One feeder proven dead says nothing of the other.
    expect(live([feeder(DEAD)], ["F1", "F2"])).toBe("unknown");
  });

  it("isLiveAsSoonAsOneConductorIs", () => {
    const seen = feeder({ ...DEAD, live: [{ channel: 2, sinceMs: NOW_MS }] });
    expect(live([feeder(DEAD), seen])).toBe("live");
    expect(live([seen], ["F2", "F1"])).toBe("live");
  });
});

describe("a water cut as machines see it", () => {
  const live = (witnesses: CutWitness[]) => liveWaterCut(["W1"], witnesses, NOW_MS);

  it("isProvenWhileTheRegisterStandsStill", () => {
    expect(live([meter({ lastMs: NOW_MS - 60_000 })])).toBe("proven-cut");
    expect(live([meter({ lastMs: NOW_MS - 60_000, fromMs: NOW_MS - HOUR_MS })])).toBe("unproven");
    // Declared cut an hour ago, nothing has run since: that is no day.
    expect(live([meter({ lastMs: NOW_MS - 60_000, stepFromMs: NOW_MS - HOUR_MS })])).toBe("unproven");
  });

  it("isUnknownWhenTheMeterOrTheGatewayIsSilent", () => {
    expect(live([meter({ lastMs: NOW_MS - 2 * HOUR_MS })])).toBe("unknown");
    expect(live([meter({ lastMs: NOW_MS }, false)])).toBe("unknown");
    expect(live([meter({})])).toBe("unknown");
  });
});
