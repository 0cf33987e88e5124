import { describe, expect, it } from "vitest";
import type { LinkOutcome } from "../sense/link.ts";
import { pointAnswers } from "./profile-answers.ts";
import { questionsOf, questionText, requestOf } from "./profile-questions.ts";
import { selfChecks } from "./self-checks.ts";
import { shippedProfiles } from "./shipped-profiles.ts";

const profile = shippedProfiles().find(({ model }) => model === "sdm630");
if (!profile) throw new Error("the SDM630's profile does not ship");
const sdm630 = profile;

const float = new DataView(new ArrayBuffer(4));
function words(value: number): [number, number] {
  float.setFloat32(0, value);
  return [float.getUint16(0), float.getUint16(2)];
}

/** Three phases of 230 V and 10 A at power factor 0.8, the total as given. */
function answersWith(totalW: number, factorL1 = 1) {
  const memory = new Map<number, number>();
  const put = (address: number, value: number) =>
    words(value).forEach((word, index) => {
      memory.set(address + index, word);
    });
  for (const phase of [0, 1, 2]) {
    put(2 * phase, 230);
    put(6 + 2 * phase, 10);
    put(12 + 2 * phase, 1840 * (phase === 0 ? factorL1 : 1));
  }
  put(0x34, totalW);
  put(0x3e, 0.8);
  put(0x46, 50);
  const questions = questionsOf(sdm630);
  const outcomes = new Map<string, LinkOutcome>();
  for (const question of questions) {
    const request = requestOf(question, 1);
    if (request?.kind !== "modbus-read") continue;
    const { address, quantity } = request.read;
    const values = Array.from({ length: quantity }, (_, index) => memory.get(address + index) ?? 0);
    outcomes.set(questionText(question), { values });
  }
  return pointAnswers(questions, outcomes);
}

const disagreeing = (totalW: number, factorL1?: number) =>
  selfChecks(sdm630, answersWith(totalW, factorL1)).filter(({ agrees }) => !agrees);

describe("self-checks", () => {
  it("agreeOnAMeterThatIsReadRightly", () => {
    expect(selfChecks(sdm630, answersWith(5520)).length).toBeGreaterThan(1);
    expect(disagreeing(5520)).toEqual([]);
  });

  it("findATotalThatIsOneOfThePhases", () => {
    expect(disagreeing(1840).length).toBeGreaterThan(0);
  });

  it("findAPhaseOfAWrongScale", () => {
    expect(disagreeing(5520, 10).length).toBeGreaterThan(0);
  });
});
