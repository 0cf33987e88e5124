import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSites } from "./draw.ts";
import { BUILT_IN_TEMPLATES } from "./template-book.ts";
import { type Answers, answerProblems } from "./visit-record.ts";

const ids = Array.from({ length: 50 }, (_, n) => `site-${n}`);

describe("a draw", () => {
  it("isTheSameForTheSameSeedWhateverTheOrder", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ids, { minLength: 50 }),
        fc.string(),
        fc.nat(60),
        (order, seed, count) => {
          const drawn = drawSites(order, count, seed);
          expect(drawn).toEqual(drawSites(ids, count, seed));
          expect(new Set(drawn).size).toBe(Math.min(50, count));
        },
      ),
    );
  });

  it("canBeDoneAgainWithSha256sum", () => {
    const tickets = ids.map((id) => {
      const line = execFileSync("/usr/bin/sha256sum", { input: `seed-7\n${id}` }).toString();
      return `${line.slice(0, 64)} ${id}`;
    });
    const smallest = tickets.sort().slice(0, 5);
    expect(smallest.map((line) => line.slice(65))).toEqual(drawSites(ids, 5, "seed-7"));
  });

  it("givesEveryoneAnEvenChance", () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 2_000; n++)
      for (const id of drawSites(ids, 5, String(n))) counts.set(id, (counts.get(id) ?? 0) + 1);
    // 200 each; five standard deviations of a hypergeometric draw are 67.
    for (const id of ids) expect(Math.abs((counts.get(id) ?? 0) - 200)).toBeLessThan(67);
  });
});

describe("the built-in checklists", () => {
  it("askWhatTheNoticesAsk", () => {
    const of = (id: string) => BUILT_IN_TEMPLATES.find((template) => template.id === id);
    expect(of("over-the-wall")?.questions.filter(({ required }) => required)).toHaveLength(3);
    expect(of("four-thoroughs")?.questions.filter(({ text }) => text.zh.startsWith("是否彻底"))).toHaveLength(
      4,
    );
    expect(of("generic")).toBeDefined();
  });

  it("areAnsweredInFullOrNamedQuestionByQuestion", () => {
    const [template] = BUILT_IN_TEMPLATES.filter(({ id }) => id === "generic");
    if (!template) throw new Error("generic");
    const answers: Answers = { "machines-running": true, "people-working": false, "seals-intact": "broken" };
    expect(answerProblems(template, answers, "signs")).toEqual([]);
    expect(answerProblems(template, {}, "no-access")).toEqual([]);
    const wrong = { "machines-running": "yes", "seals-intact": "torn", strange: 1 };
    expect(answerProblems(template, wrong, "nothing")).toEqual([
      "answers.strange: the checklist does not ask this",
      "answers.machines-running: write true or false",
      "answers.people-working: answer it",
      "answers.seals-intact: write one of intact, broken, missing, not-sealed",
    ]);
  });
});
