import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEVELS } from "../notify/notification.ts";
import { OPENED_MS, openedCase } from "./case-facts.fixture.ts";
import { CASE_VERDICTS, type CaseFacts } from "./case-facts.ts";
import { applyAct, type CaseAct, rearms, stepOf } from "./case-machine.ts";

const done = { atMs: OPENED_MS + 1_000, by: "u-1", name: "李伟" };

function after(...acts: CaseAct[]): CaseFacts {
  return acts.reduce((facts, act) => {
    const outcome = applyAct(facts, act, done);
    if ("refused" in outcome) throw new Error(`${act.act}: ${outcome.refused}`);
    return outcome.facts;
  }, openedCase());
}
const refusal = (facts: CaseFacts, act: CaseAct): string | null => {
  const outcome = applyAct(facts, act, done);
  return "refused" in outcome ? outcome.refused : null;
};

const ack: CaseAct = { act: "acknowledged" };
const assign: CaseAct = { act: "visit-assigned", visit: "v-1", persons: ["u-2"] };
const visited: CaseAct = { act: "visited", visit: "v-1" };
const decide: CaseAct = { act: "decided", verdict: "confirmed", reason: "机器在转" };
const falseAlarm: CaseAct = { act: "decided", verdict: "false-alarm", reason: "检修" };
const close: CaseAct = { act: "closed", reason: "已移送" };

describe("a case", () => {
  it("goesFromNewToClosedByTheActsOfPeople", () => {
    const states = [{ act: "notified" } as const, ack, assign, visited, decide, close];
    const seen = states.map((_, index) => after(...states.slice(0, index + 1)).state);
    expect(seen).toEqual(["notified", "acknowledged", "visit-assigned", "visited", "verdict", "closed"]);
  });

  it("isConfirmedOnlyAfterSomebodyWentToLook", () => {
    expect(refusal(after(ack), decide)).toMatch(/visit/);
    expect(refusal(after(ack), falseAlarm)).toBeNull();
    expect(refusal(openedCase(), falseAlarm)).toMatch(/acknowledged/);
  });

  it("isDecidedOnceAndThenCorrected", () => {
    const decided = after(ack, falseAlarm);
    expect(refusal(decided, decide)).toMatch(/correction/);
    const corrected = after(ack, falseAlarm, { act: "corrected", verdict: "device-fault", reason: "表坏" });
    expect([corrected.verdict?.kind, corrected.state]).toEqual(["device-fault", "verdict"]);
  });

  it("isNotClosedByItsAlertsEnd", () => {
    expect(after(ack, { act: "ended" })).toMatchObject({ state: "acknowledged", ongoing: false });
  });

  it("isToBeAcknowledgedAgainWhenItRises", () => {
    const risen = after({ act: "lowered", level: "yellow" }, ack, { act: "raised", level: "red" });
    expect(risen).toMatchObject({ state: "new", acknowledged: null, sinceMs: done.atMs });
    const sent = after({ act: "lowered", level: "yellow" }, assign, { act: "raised", level: "red" });
    expect(sent).toMatchObject({ state: "visit-assigned", level: "red" });
  });

  it("risesAsANewMatterOnceItWasFoundToBeNothing", () => {
    const low = openedCase({ level: "yellow", toldLevel: "yellow" });
    const decided = ["acknowledged", "decided"].reduce((facts, name) => {
      const outcome = applyAct(facts, name === "decided" ? falseAlarm : ack, done);
      return "facts" in outcome ? outcome.facts : facts;
    }, low);
    expect(rearms(decided, "red")).toBe(true);
    expect(rearms(decided, "yellow")).toBe(false);
    expect(rearms(after(ack, assign, visited, decide), "red")).toBe(false);
  });
});

describe("whatever happens", () => {
  const level = fc.constantFrom(...LEVELS);
  const byAlert: fc.Arbitrary<CaseAct> = fc.oneof(
    fc.record({ act: fc.constantFrom("raised" as const, "lowered" as const), level }),
    fc.constantFrom<CaseAct>(
      { act: "ended" },
      { act: "resumed" },
      { act: "withdrawn" },
      { act: "told" },
      { act: "proven", alert: "a2" },
      { act: "joined", alert: "a3" },
      { act: "notified" },
    ),
  );
  const byPeople: fc.Arbitrary<CaseAct> = fc.oneof(
    fc.constantFrom<CaseAct>(ack, assign, visited, close, { act: "noted", text: "x" }),
    fc.constantFrom(...CASE_VERDICTS).map((verdict): CaseAct => ({ act: "decided", verdict, reason: "r" })),
  );
  const run = (acts: readonly CaseAct[]): CaseFacts =>
    acts.reduce((facts, act) => {
      const outcome = applyAct(facts, act, done);
      return "facts" in outcome ? outcome.facts : facts;
    }, openedCase());

  it("noAlertChangesWhatAPersonDecided", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(byAlert, byPeople)), fc.array(byAlert), (before, later) => {
        const decided = run([...before, ack, falseAlarm]);
        const then = later.reduce((facts, act) => {
          const outcome = applyAct(facts, act, done);
          return "facts" in outcome ? outcome.facts : facts;
        }, decided);
        expect(then.verdict).toEqual(decided.verdict);
        expect(then.state).toBe(decided.state);
      }),
    );
  });

  it("nothingIsClosedWithoutAVerdictNorConfirmedWithoutAVisit", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(byAlert, byPeople), { maxLength: 30 }), (acts) => {
        const facts = run(acts);
        if (facts.state === "closed") expect(facts.verdict).not.toBeNull();
        if (facts.verdict?.kind === "confirmed") expect(facts.assigned).not.toBeNull();
        if (stepOf(facts.state) >= stepOf("acknowledged")) expect(facts.acknowledged).not.toBeNull();
      }),
    );
  });
});
