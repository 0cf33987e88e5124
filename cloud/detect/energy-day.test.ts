import { describe, expect, it } from "vitest";
import { bookEnergy, daysOf, initialEnergyBook, medianDayW } from "./energy-day.ts";
import { DAY_MS, HOUR_MS } from "./local-time.ts";

/** Six in the morning in Beijing. */
const SIX_MS = Date.UTC(2026, 0, 4, 22);
const OFFSET_MS = 8 * HOUR_MS;

/** An hour a bin from six in the morning on; null hours were not measured. */
function book(hours: readonly (number | null)[]) {
  const state = initialEnergyBook();
  for (const [hour, watts] of hours.entries()) {
    const fromMs = SIX_MS + hour * HOUR_MS;
    if (watts !== null) bookEnergy(state, { fromMs, toMs: fromMs + HOUR_MS, watts }, OFFSET_MS);
  }
  return state;
}

const day = (watts: number | null): (number | null)[] => Array.from({ length: 24 }, () => watts);

describe("energy day by day", () => {
  it("runs from six to six and tells the night apart", () => {
    const { day: open } = book(Array.from({ length: 20 }, (_, hour) => (hour < 16 ? 500 : 2_000)));
    expect(open).toMatchObject({ wh: 16_000, hours: 20, nightWh: 8_000, nightHours: 4 });
  });

  it("keeps the place of days that were not measured", () => {
    const { history } = book([...day(1_000), ...day(null), ...day(null), ...day(3_000), 1]);
    const days = daysOf(history);
    expect(days.map((watts) => watts && Math.round(watts / 100))).toEqual([30, null, null, 10]);
  });

  it("knows a median after a week, of a fortnight at most", () => {
    expect(medianDayW(book([...Array.from({ length: 6 }, () => day(800)).flat(), 1]))).toBeNull();
    const long = [
      ...Array.from({ length: 30 }, () => day(9_000)),
      ...Array.from({ length: 14 }, () => day(800)),
    ];
    expect(medianDayW(book([...long.flat(), 1]))).toBeCloseTo(800, -1);
    expect(book([...long.flat(), 1]).history.length).toBe(30);
  });

  it("begins anew when the clock was set back", () => {
    const state = book([...Array.from({ length: 9 }, () => day(800)).flat(), 1]);
    const fromMs = SIX_MS - 400 * DAY_MS;
    bookEnergy(state, { fromMs, toMs: fromMs + HOUR_MS, watts: 700 }, OFFSET_MS);
    expect(state).toMatchObject({ history: "", lastDay: null, day: { hours: 1 } });
  });
});
