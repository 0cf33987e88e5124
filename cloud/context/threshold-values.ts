import { z } from "zod";
import { THRESHOLD_BOUNDS, thresholdNames } from "../detect/rule-thresholds.ts";

/** Thresholds of the rules that a person sets for one site; what is left out has its default. */
export const thresholdValuesSchema = z
  .partialRecord(z.enum(thresholdNames), z.number())
  .superRefine((values, context) => {
    for (const name of thresholdNames) {
      const value = values[name];
      const [least, most] = THRESHOLD_BOUNDS[name];
      if (value === undefined || (value >= least && value <= most)) continue;
      const message = `write a number from ${least} to ${most}`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  });
