import { expect, test } from "vitest";
import { alignedColumns } from "./aligned-columns.ts";

function line(timesMs: number[], holes: { fromMs: number; toMs: number }[] = []) {
  return { timesMs, min: timesMs, mean: timesMs, max: timesMs, holes };
}

test("aHoleBreaksItsOwnLineAndNoOther", () => {
  const [x, mean, , , other] = alignedColumns([
    line([0, 1000, 5000], [{ fromMs: 2000, toMs: 5000 }]),
    line([0, 1000, 2000, 3000, 5000]),
  ]);
  expect(x).toEqual([0, 1, 2, 3, 3.49975, 5]);
  expect(mean).toEqual([0, 1000, undefined, undefined, null, 5000]);
  expect(other).toEqual([0, 1000, 2000, 3000, undefined, 5000]);
});

test("noLinesGiveAnEmptyChart", () => {
  expect(alignedColumns([])).toEqual([[]]);
});
