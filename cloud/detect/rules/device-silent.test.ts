import { describe, expect, it } from "vitest";
import { EPOCH_A, foldBatches } from "../fold-batches.fixture.ts";
import { MINUTE_MS } from "../local-time.ts";
import { deviceHeard, epochStart, MIDNIGHT_MS, pollingRun } from "../simulated-journal.fixture.ts";

describe("silence", () => {
  it("opens when a device is lost and clears when it is back", () => {
    const records = [
      ...epochStart(MIDNIGHT_MS, MINUTE_MS),
      deviceHeard(MINUTE_MS, { device: "gas-1", isHeard: false }),
      deviceHeard(2 * MINUTE_MS, { device: "gas-1", isHeard: false }),
      deviceHeard(9 * MINUTE_MS, { device: "gas-1", isHeard: true }),
      deviceHeard(10 * MINUTE_MS, { device: "gas-1", isHeard: true }),
    ];
    const { findings } = foldBatches([{ epoch: EPOCH_A, records }]);
    expect(findings.map(({ phase, device }) => `${device} ${phase}`)).toEqual([
      "gas-1 opened",
      "gas-1 cleared",
    ]);
    expect(findings[0]?.text.zh).toBe("gas-1 自 00:01 起无应答");
    expect(findings[0]?.text.en).toBe("gas-1 silent since 00:01");
    expect(findings[1]?.text.en).toBe("00:01–00:09 nothing recorded from gas-1: unknown");
    expect(findings[1]?.measured).toBe(8);
  });

  it("is none of a device that answers, nor of one that was never lost", () => {
    const records = [
      ...epochStart(MIDNIGHT_MS, MINUTE_MS),
      deviceHeard(MINUTE_MS, { device: "gas-1", isHeard: true }),
      pollingRun(MINUTE_MS, 6 * MINUTE_MS, 10, 1),
    ];
    const { findings, state } = foldBatches([{ epoch: EPOCH_A, records }]);
    expect(findings).toEqual([]);
    expect(state.devices.length).toBe(1);
  });

  it("of the whole gateway is told of a gap in its journal, with its minutes and why", () => {
    const gap = {
      type: "gap",
      fromMs: 3 * MINUTE_MS,
      atMs: 40 * MINUTE_MS,
      reason: "overload",
      readings: 0,
    } as const;
    const { findings } = foldBatches([
      { epoch: EPOCH_A, records: [...epochStart(MIDNIGHT_MS, MINUTE_MS), gap] },
    ]);
    expect(findings.map(({ phase, measured }) => [phase, measured])).toEqual([
      ["opened", 0],
      ["cleared", 37],
    ]);
    expect(findings[1]?.text.zh).toBe("gw-000001 00:03–00:40 无记录 (overload)，情况不明");
  });

  it("names that every object has are ordinary device names", () => {
    const records = [
      ...epochStart(MIDNIGHT_MS, 1_000),
      deviceHeard(5, { device: "constructor", isHeard: false }),
    ];
    expect(foldBatches([{ epoch: EPOCH_A, records }]).findings.length).toBe(1);
  });
});
