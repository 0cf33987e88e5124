import { expect, it } from "vitest";
import type { RecordedEntry } from "../context/context-log.ts";
import { baselineStatus, lastWord } from "./baseline-state.ts";

const log = (...entries: RecordedEntry["entry"][]): RecordedEntry[] =>
  entries.map((entry, index) => ({ seq: index + 1, recordedMs: 0, entry }) as RecordedEntry);
const accepted = { kind: "baseline-accepted", effectiveMs: 100, by: "周值班" } as const;
const reset = { kind: "baseline-reset", effectiveMs: 200, by: "王科长", reason: "新增冷库" } as const;

it("anAcceptanceCountsUntilAPersonHasItLearnedAnew", () => {
  expect(lastWord(log())).toEqual({ baselineAccepted: null, baselineRelearn: null });
  expect(lastWord(log(accepted))).toEqual({
    baselineAccepted: { atMs: 100, by: "周值班" },
    baselineRelearn: null,
  });
  expect(lastWord(log(accepted, reset))).toEqual({
    baselineAccepted: null,
    baselineRelearn: { atMs: 200, by: "王科长", reason: "新增冷库" },
  });
  const instrumentsOnly = { ...accepted, effectiveMs: 250, instrumentsOnly: true } as const;
  expect(lastWord(log(accepted, instrumentsOnly))).toMatchObject({ baselineAccepted: { atMs: 100 } });
  expect(lastWord(log(accepted, reset, instrumentsOnly))).toMatchObject({ baselineAccepted: null });
  const again = { ...accepted, effectiveMs: 300 };
  expect(lastWord(log(accepted, reset, again))).toMatchObject({ baselineAccepted: { atMs: 300 } });
});

it("whatIsReadyWaitsForARecordAfterAnAcceptanceAndForAPersonWhereItCameLater", () => {
  const word = lastWord(log(accepted));
  expect(baselineStatus({ status: "ready" }, lastWord(log()), 500)).toBe("ready");
  expect(baselineStatus({ status: "ready" }, word, null)).toBe("pending");
  expect(baselineStatus({ status: "ready" }, word, 99)).toBe("pending");
  expect(baselineStatus({ status: "ready" }, word, 100)).toBe("ready");
  expect(baselineStatus({ status: "accepted" }, word, 500)).toBe("accepted");
  expect(baselineStatus({ status: "learning" }, word, 99)).toBe("learning");
});
