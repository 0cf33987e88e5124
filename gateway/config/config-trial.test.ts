import { describe, expect, it } from "vitest";
import { trialLengthMs, trialTerms, unmetTerm } from "./config-trial.ts";
import type { GatewayConfig } from "./gateway-config.ts";

type Sensed = Pick<GatewayConfig, "links" | "devices">;

/** Devices by link, such as `{ "bus-1": ["meter-1"] }`; `port` stands for how the links are set. */
function site(devices: Record<string, string[]>, port = 1): Sensed {
  const links = Object.keys(devices).map((id) => ({ id, port }));
  const hung = Object.entries(devices).flatMap(([link, ids]) => ids.map((id) => ({ id, link })));
  return { links, devices: hung } as unknown as Sensed;
}

const running = site({ "bus-1": ["meter-1", "meter-2"] });
const judge = (wanted: Sensed, before: string[], now: string[]) =>
  unmetTerm(trialTerms(running, wanted, new Set(before)), new Set(now));

describe("the trial of a configuration", () => {
  it.each([
    [200, 15_000],
    [10_000, 30_000],
    [86_400_000, 60_000],
  ])("ofDevicesPolledEvery %d ms takes %d ms at most", (intervalMs, lengthMs) => {
    expect(trialLengthMs([{ intervalMs: 86_400_000 }, { intervalMs }])).toBe(lengthMs);
  });

  it("wantsEveryDeviceThatAnsweredBefore", () => {
    expect(judge(running, ["meter-1", "meter-2"], ["meter-2"])).toMatch(/^meter-1 answered before/);
    expect(judge(running, ["meter-1", "meter-2"], ["meter-2", "meter-1"])).toBeNull();
  });

  it("wantsNothingOfADeviceThatWasSilentBeforeOrIsNoLongerConfigured", () => {
    expect(judge(running, ["meter-1"], ["meter-1"])).toBeNull();
    expect(judge(site({ "bus-1": ["meter-2"] }), ["meter-1"], [])).toBeNull();
  });

  it("wantsOneDeviceOfEachLinkThatChanged", () => {
    const moved = site({ "bus-1": ["meter-1", "meter-2"] }, 2);
    expect(judge(moved, [], [])).toBe("no device of bus-1 answered: meter-1, meter-2");
    expect(judge(moved, [], ["meter-2"])).toBeNull();
    const grown = site({ "bus-1": ["meter-1", "meter-2"], "bus-2": ["gas-1"] });
    expect(judge(grown, [], [])).toBe("no device of bus-2 answered: gas-1");
    expect(judge(site({ "bus-1": ["meter-1"], "bus-2": [] }), [], [])).toBeNull();
  });
});
