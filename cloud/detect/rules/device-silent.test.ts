import { describe, expect, it } from "vitest";
import { EPOCH_A, foldBatches } from "../fold-batches.fixture.ts";
import { MINUTE_MS } from "../local-time.ts";
import { deviceHeard, epochStart, MIDNIGHT_MS } from "../simulated-journal.fixture.ts";

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
    expect(findings[1]?.measured).toBe(8);
  });

  it("names that every object has are ordinary device names", () => {
    const records = [
      ...epochStart(MIDNIGHT_MS, 1_000),
      deviceHeard(5, { device: "constructor", isHeard: false }),
    ];
    expect(foldBatches([{ epoch: EPOCH_A, records }]).findings.length).toBe(1);
  });
});
