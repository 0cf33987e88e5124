import type { Bilingual, ReasonView } from "../../api/contract.ts";
import { contactPosition } from "./latest-reading.ts";
import { quantityText } from "./quantity.ts";
import { durationText } from "./time-text.ts";

/** What was measured and what was expected, as people say it: a seal is open, not 0. */
export function reasonAmounts(reason: Pick<ReasonView, "evidence" | "unit" | "measured" | "expected">): {
  measured: Bilingual | null;
  expected: Bilingual | null;
} {
  return { measured: amount(reason, reason.measured), expected: amount(reason, reason.expected) };
}

const TIME_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

function amount(
  { evidence, unit }: Pick<ReasonView, "evidence" | "unit">,
  value: number | null,
): Bilingual | null {
  if (value === null) return null;
  if (evidence === "seal" || evidence === "door") return contactPosition(evidence, value);
  const unitMs = TIME_UNITS_MS[unit];
  if (unitMs !== undefined) return durationText(value * unitMs);
  return { zh: quantityText(value, unit), en: "" };
}
