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
  const lane = (label: string, position: number | null) => ({
    ...{ label, role: "seal" as const },
    stretches: [{ fromMs: 0, toMs: 10, position, state: stateOf(position) }],
  });
  const stateOf = (position: number | null): "unknown" | "normal" | "abnormal" =>
    position === null ? "unknown" : position === 1 ? "normal" : "abnormal";
  expect(laneReadout([lane("S1", 1), lane("S2", 0), lane("S3", null), lane("S4", 2)], 5).zh).toBe(
    "异常：S2 断开、S4 剪断；不明：S3",
  );
  expect(laneReadout([lane("S1", 1)], 5).en).toBe("all normal");
  expect(laneReadout([lane("S1", 1)], 50).zh).toBe("不明：S1");
});
