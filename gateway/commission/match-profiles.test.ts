import { exceptionQuality } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LinkOutcome } from "../sense/link.ts";
import { explainUnknown } from "./explain-unknown.ts";
import { type Examination, matchProfiles } from "./match-profiles.ts";
import { identityQuestionsOf, type ProfileQuestion, questionsOf, questionText } from "./profile-questions.ts";
import { shippedProfiles } from "./shipped-profiles.ts";

const profiles = shippedProfiles().filter(({ protocol }) => protocol === "modbus");
const questions = new Map(
  profiles
    .flatMap((profile) => [...questionsOf(profile), ...identityQuestionsOf(profile)])
    .map((question) => [questionText(question), question]),
);

function examine(
  answer: (question: ProfileQuestion) => LinkOutcome,
  said: [number, string][] = [],
): Examination {
  const outcomes = new Map([...questions].map(([text, question]) => [text, answer(question)]));
  return { identification: new Map(said), outcomes };
}

const quantityOf = (question: ProfileQuestion) => ("di" in question ? 0 : question.request.quantity);
const refuse: LinkOutcome = { quality: exceptionQuality(2) };
const nameOf = (match: ReturnType<typeof matchProfiles>[number] | undefined) =>
  `${match?.profile.vendor}/${match?.profile.model}`;

/** A memory of holding registers; what is not in it is refused. */
function holding(registers: Readonly<Record<number, number>>) {
  return (question: ProfileQuestion): LinkOutcome => {
    if ("di" in question || question.request.functionCode !== 3) return { quality: exceptionQuality(1) };
    const { address, quantity } = question.request;
    const values = Array.from({ length: quantity }, (_, index) => registers[address + index]);
    return values.every((value) => value !== undefined) ? { values } : refuse;
  };
}

describe("matching profiles", () => {
  it("sharesOneCertaintyAmongAllProfilesWhateverIsAnswered", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 0xffff })), (stream) => {
        const seen = examine((question) => ({ values: [...stream.take(quantityOf(question))] }));
        const matches = matchProfiles(profiles, seen);
        const confidences = matches.map(({ confidence }) => confidence);
        expect(confidences.every((confidence) => confidence >= 0 && confidence <= 1)).toBe(true);
        expect(confidences.reduce((sum, confidence) => sum + confidence, 0)).toBeLessThanOrEqual(1 + 1e-9);
        expect(confidences).toEqual(confidences.toSorted((left, right) => right - left));
      }),
      { numRuns: 50 },
    );
  });

  it("registersThatAreAllZeroNameNothing", () => {
    const seen = examine((question) => ({ values: Array(quantityOf(question)).fill(0) }));
    expect(matchProfiles(profiles, seen)[0]?.confidence).toBeLessThan(0.6);
  });

  it("takesTheBoardByTheValuesItGives", () => {
    const seen = examine(holding({ 0: 553, 1: 214, 2: 0, 3: 0, 4: 0, 5: 612, 6: 188 }));
    const [best] = matchProfiles(profiles, seen);
    expect(nameOf(best)).toBe("generic/tvoc-board");
    expect(best?.confidence).toBeGreaterThan(0.6);
    expect(explainUnknown(seen, matchProfiles(profiles, seen))).toEqual([]);
  });

  it("takesAModuleThatHasInputsAndNoRegister", () => {
    const seen = examine((question) =>
      "request" in question && question.request.functionCode === 2
        ? { values: [1, 0, 1, 0, 1, 0, 0, 0].slice(0, question.request.quantity) }
        : { quality: exceptionQuality(1) },
    );
    expect(nameOf(matchProfiles(profiles, seen)[0])).toBe("waveshare/modbus-rtu-io-8ch");
  });

  it("aMeterCodeTellsModelsWithOneMapApartAndWithoutItBothAreNamed", () => {
    const float = (value: number) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setFloat32(0, value);
      return [view.getUint16(0), view.getUint16(2)] as const;
    };
    const inputs: Record<number, number> = {};
    const put = (address: number, value: number) => {
      [inputs[address], inputs[address + 1]] = float(value);
    };
    for (const phase of [0, 2, 4]) {
      put(phase, 230);
      put(6 + phase, 4);
      put(0x0c + phase, 900);
    }
    for (const [address, value] of [
      [0x34, 2700],
      [0x3e, 0.978],
      [0x46, 50],
      [0x48, 812.5],
      [0xc8, 398],
    ] as const)
      put(address, value);
    const eastron =
      (code?: number) =>
      (question: ProfileQuestion): LinkOutcome => {
        if ("di" in question) return refuse;
        const { functionCode, address, quantity } = question.request;
        if (functionCode === 3) {
          const held = [0x0141, 0x2345, code].slice(address - 0xfc00, address - 0xfc00 + quantity);
          const whole = address >= 0xfc00 && held.length === quantity;
          return whole && held.every((value) => value !== undefined) ? { values: held } : refuse;
        }
        if (functionCode !== 4 || (address >= 0x50 && address !== 0xc8)) return refuse;
        return { values: Array.from({ length: quantity }, (_, index) => inputs[address + index] ?? 0) };
      };
    const coded = matchProfiles(profiles, examine(eastron(0x0089)));
    expect(nameOf(coded[0])).toBe("eastron/sdm72");
    expect(coded[0]?.confidence).toBeGreaterThan(0.9);
    expect(coded[0]?.reasons.join()).toContain("meter-code is 0x0089");
    expect(nameOf(matchProfiles(profiles, examine(eastron(0x0070)))[0])).toBe("eastron/sdm630");
    const uncoded = matchProfiles(profiles, examine(eastron())).slice(0, 2).map(nameOf);
    expect(uncoded.toSorted()).toEqual(["eastron/sdm630", "eastron/sdm72"]);
  });

  it("explainsADeviceThatItDoesNotKnow", () => {
    const seen = examine(() => refuse, [[0, "Qingshi Instruments"]]);
    const matches = matchProfiles(profiles, seen);
    expect(matches[0]?.confidence).toBeLessThan(0.05);
    const text = explainUnknown(seen, matches).join("\n");
    expect(text).toContain('vendor "Qingshi Instruments"');
    expect(text).toContain("answered no register that any profile has");
    expect(text).toContain("exception(2)");
  });

  it("aNameBeatsRegistersThatLookAlike", () => {
    const seen = examine(
      () => refuse,
      [
        [0, "Eastron"],
        [1, "SDM630-Modbus"],
      ],
    );
    const unnamed = matchProfiles(
      profiles,
      examine(() => refuse),
    );
    const ranked = matchProfiles(profiles, seen);
    expect(nameOf(ranked[0])).toBe("eastron/sdm630");
    const before = unnamed.find((match) => nameOf(match) === "eastron/sdm630")?.confidence ?? 1;
    expect(ranked[0]?.confidence).toBeGreaterThan(before);
  });
});
