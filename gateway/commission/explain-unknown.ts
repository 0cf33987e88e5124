import { QUALITY, qualityName } from "@sealwatch/protocols";
import { identificationText } from "./device-identification.ts";
import type { Examination, ProfileMatch } from "./match-profiles.ts";

/** Below this nothing is proposed: an installer must not be led to a wrong register. */
export const CONFIDENT_FROM = 0.6;

const SHOWN_MAX = 8;

/** Why no profile is proposed, and what is known of the device nevertheless. Empty where one is. */
export function explainUnknown(seen: Examination, matches: readonly ProfileMatch[]): string[] {
  const [best, second] = matches;
  if (best && best.confidence >= CONFIDENT_FROM) return [];
  return [
    seen.identification.size > 0
      ? `it says of itself: ${identificationText(seen.identification)}`
      : "it does not say what it is (no device identification, function 43/14)",
    ...answered(seen),
    ...(best && second && best.confidence > 0.2 && second.confidence > 0.2
      ? [
          `it could be ${name(best)} or ${name(second)}: their registers look alike; read the type plate, then name it in the configuration`,
        ]
      : best
        ? [
            `nearest is ${name(best)}, but ${best.reasons.find((reason) => reason.startsWith("-"))?.slice(2) ?? "nothing speaks for it"}`,
          ]
        : []),
    "if its manual is at hand: docs/device-profiles.md describes how to add it without code",
  ];
}

function answered({ outcomes }: Examination): string[] {
  const values: string[] = [];
  const refused = new Map<string, number>();
  for (const [question, outcome] of outcomes) {
    if ("values" in outcome) values.push(`${question}: ${digest(outcome.values)}`);
    else {
      const quality = qualityName("quality" in outcome ? outcome.quality : QUALITY.good);
      refused.set(quality, (refused.get(quality) ?? 0) + 1);
    }
  }
  const refusals = [...refused].map(([quality, count]) => `${count} × ${quality}`).join(", ");
  return [
    values.length > 0
      ? `it answered ${values.length} of ${outcomes.size} questions`
      : "it is there, but answered no register that any profile has",
    ...values.slice(0, SHOWN_MAX).map((line) => `  ${line}`),
    ...(refusals ? [`refused: ${refusals}`] : []),
  ];
}

function digest(values: readonly number[]): string {
  if (values.every((value) => value === 0)) return "all zero";
  const shown = values.slice(0, SHOWN_MAX).map((value) => value.toString(16).toUpperCase().padStart(4, "0"));
  return `${shown.join(" ")}${values.length > SHOWN_MAX ? " …" : ""}`;
}

function name({ profile, confidence }: ProfileMatch): string {
  return `${profile.vendor}/${profile.model} (${Math.round(confidence * 100)} %)`;
}
