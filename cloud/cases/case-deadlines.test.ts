import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../detect/local-time.ts";
import { caseDue, DEFAULT_DEADLINES, dueEscalations, nextEscalationMs } from "./case-deadlines.ts";
import { OPENED_MS, openedCase } from "./case-facts.fixture.ts";

const at = (minutes: number) => OPENED_MS + minutes * MINUTE_MS;
const told = (values: Parameters<typeof openedCase>[0], minutes: number) =>
  dueEscalations(openedCase(values), DEFAULT_DEADLINES, at(minutes)).map(
    ({ stage, regionPath }) => `${stage} ${regionPath}`,
  );

describe("missed deadlines", () => {
  it("goUpTheTreeWhileNobodyAcknowledges", () => {
    expect(told({}, 9)).toEqual([]);
    expect(told({}, 10)).toEqual(["acknowledge dongping/yunxi/"]);
    expect(told({}, 20)).toEqual(["acknowledge dongping/yunxi/", "acknowledge dongping/"]);
    expect(told({}, 10_000)).toHaveLength(2);
  });

  it("takeTheirTimeFromTheLevel", () => {
    const within = (["red", "orange", "yellow", "blue"] as const).map(
      (level) => (caseDue(openedCase({ level }), DEFAULT_DEADLINES)?.withinMs ?? 0) / MINUTE_MS,
    );
    expect(within).toEqual([10, 30, 1440, 4320]);
  });

  it("areToldOnceEach", () => {
    const [first] = dueEscalations(openedCase(), DEFAULT_DEADLINES, at(10));
    const facts = openedCase({ escalations: [first?.key ?? ""] });
    expect(dueEscalations(facts, DEFAULT_DEADLINES, at(10))).toEqual([]);
    expect(nextEscalationMs(facts, DEFAULT_DEADLINES)).toBe(at(20));
  });

  it("ofWhoWasSentNobodyAreToldToTheRegionItselfFirst", () => {
    expect(told({ state: "acknowledged" }, 120)).toEqual(["assign dongping/yunxi/qingshi/"]);
    expect(told({ state: "acknowledged" }, 240)[1]).toBe("assign dongping/yunxi/");
  });

  it("beginAnewWhenTheCaseRises", () => {
    const facts = openedCase({ sinceMs: at(60), escalations: [`acknowledge:1:${OPENED_MS}`] });
    expect(dueEscalations(facts, DEFAULT_DEADLINES, at(69))).toEqual([]);
    expect(dueEscalations(facts, DEFAULT_DEADLINES, at(70))).toHaveLength(1);
  });

  it("areNobodysForWhatARebuildFoundOrWhatIsDecided", () => {
    expect(told({ quiet: true }, 10_000)).toEqual([]);
    expect(told({ state: "verdict" }, 100_000)).toEqual([]);
    expect(nextEscalationMs(openedCase({ quiet: true }), DEFAULT_DEADLINES)).toBeNull();
  });

  it("ofAWithdrawnNoticeAreThoseOfADevice", () => {
    expect(caseDue(openedCase({ withdrawn: true }), DEFAULT_DEADLINES)?.withinMs).toBe(4320 * MINUTE_MS);
  });

  it("inATreeOfOneRegionAreToldThere", () => {
    expect(told({ regionPath: "yunxi/" }, 10)).toEqual(["acknowledge yunxi/"]);
  });
});
