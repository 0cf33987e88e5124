import { z } from "zod";
import type { VisitTemplate } from "./visit-template.ts";

/** 核查 突击夜查 回头检查 督导抽查. */
export const VISIT_KINDS = ["check", "night", "re-check", "supervision"] as const;
export type VisitKind = (typeof VISIT_KINDS)[number];
export const VISIT_STATES = ["assigned", "recorded", "cancelled"] as const;
/** What was found at the gate: nothing, signs, production, or nobody let them in. */
export const FOUND = ["nothing", "signs", "production", "no-access"] as const;

const ANSWERS_MAX = 40;
const ANSWER_MAX_CHARS = 1_000;

/** Answers by question. */
export const answersSchema = z
  .record(
    z.string().max(40),
    z.union([z.boolean(), z.number().min(-1e12).max(1e12), z.string().max(ANSWER_MAX_CHARS)]),
  )
  .refine((answers) => Object.keys(answers).length <= ANSWERS_MAX, `at most ${ANSWERS_MAX} answers`);
export type Answers = z.output<typeof answersSchema>;

/** What is wrong with the answers to a checklist, one line each; nothing: they are complete. Who could not get in need not answer. Pure. */
export function answerProblems(
  { questions }: Pick<VisitTemplate, "questions">,
  answers: Answers,
  found: (typeof FOUND)[number],
): string[] {
  const known = new Set(questions.map(({ id }) => id));
  const strange = Object.keys(answers).filter((id) => !known.has(id));
  const wrong = questions.flatMap((question) => {
    const answer = Object.hasOwn(answers, question.id) ? answers[question.id] : undefined;
    if (answer === undefined) {
      return question.required && found !== "no-access" ? [`answers.${question.id}: answer it`] : [];
    }
    const why = mismatch(question, answer);
    return why === null ? [] : [`answers.${question.id}: ${why}`];
  });
  return [...strange.map((id) => `answers.${id}: the checklist does not ask this`), ...wrong];
}

function mismatch(
  question: VisitTemplate["questions"][number],
  answer: boolean | number | string,
): string | null {
  switch (question.kind) {
    case "yes-no":
      return typeof answer === "boolean" ? null : "write true or false";
    case "number":
      return typeof answer === "number" ? null : "write a number";
    case "text":
      return typeof answer === "string" && answer.trim() !== "" ? null : "write a text";
    case "choice": {
      const choices = question.choices.map(({ id }) => id);
      return typeof answer === "string" && choices.includes(answer)
        ? null
        : `write one of ${choices.join(", ")}`;
    }
  }
}
