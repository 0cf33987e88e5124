import { expect, test } from "vitest";
import { laneReadout, lineReadout } from "./pane-readout.ts";

const PANE = {
  ...{ labels: ["总表"], unit: "kW", unknown: [{ fromMs: 2000, toMs: 3000 }] },
  columns: [
    [1, 2],
    [1.3, null],
    [1.5, null],
    [1.1, null],
  ] as [number[], ...(number | null)[][]],
  bands: [{ steps: [{ fromMs: 0, toMs: 9000, mid: 1, low: 0.5, high: 2 }], isLearning: false }],
};

test("aMomentReadsItsMeanItsSpreadAndTheBand", () => {
  expect(lineReadout(PANE, 0)).toEqual({ zh: "1.30 (1.10–1.50) kW", en: "常态带 band 0.50–2.00" });
});

test("aHoleReadsUnknown", () => {
  expect(lineReadout(PANE, 1).en).toBe("unknown");
  expect(lineReadout(PANE, null).zh).toBe("");
});

test("contactsThatAreNotNormalAreNamed", () => {
  const lane = (label: string, state: "normal" | "abnormal" | "unknown") => ({
    ...{ label, role: "seal" as const },
    stretches: [{ fromMs: 0, toMs: 10, state }],
  });
  expect(laneReadout([lane("S1", "normal"), lane("S2", "abnormal"), lane("S3", "unknown")], 5).zh).toBe(
    "异常：S2；不明：S3",
  );
  expect(laneReadout([lane("S1", "normal")], 5).en).toBe("all normal");
  expect(laneReadout([lane("S1", "normal")], 50).zh).toBe("不明：S1");
});
