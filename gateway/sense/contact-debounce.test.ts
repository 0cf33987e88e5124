import fc from "fast-check";
import { expect, it } from "vitest";
import { debounce, type Unconfirmed } from "./contact-debounce.ts";

const bounds = { debouncePolls: 2, debounceMs: 50 };

function watch(values: readonly (number | null)[], stepMs: number, limits = bounds) {
  let known: number | null = null;
  let unconfirmed: Unconfirmed | null = null;
  const changes: { value: number; atMs: number }[] = [];
  const counted: { value: number | null; atMs: number }[] = [];
  values.forEach((value, index) => {
    const step = debounce(known, unconfirmed, { value, atMs: index * stepMs }, limits);
    unconfirmed = step.unconfirmed;
    for (const believed of step.believed) {
      counted.push(believed);
      if (believed.value === null || believed.value === known) continue;
      known = believed.value;
      changes.push({ value: believed.value, atMs: believed.atMs });
    }
  });
  return { known, changes, counted };
}

it("one noisy poll is never a change, and proves nothing", () => {
  const { changes, counted } = watch([1, 1, 0, 1, 1, 0, 1], 100);
  expect(changes).toEqual([{ value: 1, atMs: 0 }]);
  expect(counted.map(({ atMs }) => atMs)).toEqual([0, 100, 300, 400, 600]);
});

it("a change is dated by the first poll that saw it", () => {
  expect(watch([1, 1, 0, 0, 0], 100).changes).toEqual([
    { value: 1, atMs: 0 },
    { value: 0, atMs: 200 },
  ]);
});

it("fast polls must agree for as long as contacts bounce", () => {
  expect(watch([1, 1, 1, 1, 0, 0, 1, 1, 1, 1], 20).changes).toEqual([{ value: 1, atMs: 0 }]);
  expect(watch([1, 1, 1, 1, 0, 0, 0, 0], 20).changes.at(-1)).toEqual({ value: 0, atMs: 80 });
});

it("silence confirms nothing", () => {
  expect(watch([1, 1, 0, null, 0, null, 0, null], 100).changes).toEqual([{ value: 1, atMs: 0 }]);
});

it("no sequence changes without the polls in a row that it takes", () => {
  const polls = fc.array(fc.constantFrom<0 | 1 | null>(0, 1, 1, 0, null), { maxLength: 60 });
  fc.assert(
    fc.property(
      polls,
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 2, max: 5 }),
      (values, stepMs, need) => {
        const { changes } = watch(values, stepMs, { debouncePolls: need, debounceMs: 50 });
        for (const { value, atMs } of changes) {
          const first = atMs / stepMs;
          const row = values.slice(first, first + Math.max(need, Math.ceil(50 / stepMs) + 1));
          expect(row.every((seen) => seen === value)).toBe(true);
          expect(row.length).toBeGreaterThanOrEqual(need);
        }
      },
    ),
  );
});
