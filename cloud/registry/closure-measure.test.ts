import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enterMeasure, isOverdue, type Signed, unentered, verifyMeasure } from "./closure-measure.ts";
import { dayEndMs, localDay } from "./local-date.ts";

const LI: Signed = { by: "u-1", name: "li.wei", atMs: 1 };
const WANG: Signed = { by: "u-2", name: "wang.wu", atMs: 2 };
const NEW = unentered("cut-power");
const BEIJING_MIN = 480;

describe("a due date", () => {
  it("passesWhenItsDayEndsAtTheSite", () => {
    const due = enterMeasure(NEW, { dueDate: "2026-03-01" }, LI, BEIJING_MIN);
    const endMs = Date.UTC(2026, 2, 1, 16);
    expect([isOverdue(due, endMs - 1), isOverdue(due, endMs)]).toEqual([false, true]);
    const west = enterMeasure(NEW, { dueDate: "2026-03-01" }, LI, 360);
    expect([isOverdue(west, endMs), isOverdue(west, endMs + 2 * 3_600_000)]).toEqual([false, true]);
  });

  it("passesForNoMeasureThatIsDoneOrNotDemanded", () => {
    const due = { dueDate: "2026-03-01" };
    const muchLater = Date.UTC(2027, 0, 1);
    const done = enterMeasure(NEW, { ...due, doneDate: "2026-03-09" }, LI, BEIJING_MIN);
    const idle = enterMeasure(NEW, { ...due, required: false }, LI, BEIJING_MIN);
    expect([isOverdue(done, muchLater), isOverdue(idle, muchLater), isOverdue(NEW, muchLater)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("endsExactlyOnceForEveryDayAndOffset", () => {
    const offsets = fc.integer({ min: -720, max: 840 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), offsets, (atMs, offset) => {
        const endMs = dayEndMs(localDay(atMs, offset), offset);
        expect(endMs > atMs && endMs - atMs <= 86_400_000).toBe(true);
        expect(localDay(endMs - 1, offset)).toBe(localDay(atMs, offset));
      }),
    );
  });
});

describe("verification", () => {
  const done = enterMeasure(NEW, { doneDate: "2026-02-20", feeders: ["F1"] }, LI, BEIJING_MIN);

  it("isAnotherPersonsThanTheRecorders", () => {
    expect(() => verifyMeasure(done, LI)).toThrow(/yourself/);
    expect(verifyMeasure(done, WANG).verified).toEqual(WANG);
    expect(() => verifyMeasure(NEW, WANG)).toThrow(/not recorded as done/);
  });

  it("endsWhenWhatWasVerifiedIsChangedAndOutlivesANewDueDate", () => {
    const verified = verifyMeasure(done, WANG);
    expect(enterMeasure(verified, { dueDate: "2026-04-01" }, LI, BEIJING_MIN).verified).toEqual(WANG);
    const changed = enterMeasure(verified, { feeders: ["F1", "F2"] }, WANG, BEIJING_MIN);
    expect([changed.verified, changed.recorded]).toEqual([null, WANG]);
    expect(() => verifyMeasure(changed, WANG)).toThrow(/yourself/);
  });
});
