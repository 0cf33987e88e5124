import { expect, it } from "vitest";
import { contextEntrySchema } from "./context-log.ts";

const entry = (values: unknown) => ({ kind: "thresholds", effectiveMs: 0, by: "李工", values });

it("takes thresholds within their bounds, and names the one that is not", () => {
  expect(contextEntrySchema.parse(entry({ formerShare: 0.4 }))).toEqual(entry({ formerShare: 0.4 }));
  const refused = contextEntrySchema.safeParse(entry({ formerShare: 4 }));
  expect(refused.error?.issues).toMatchObject([
    { path: ["values", "formerShare"], message: "write a number from 0.05 to 1" },
  ]);
  expect(contextEntrySchema.safeParse(entry({ unheardOf: 1 })).success).toBe(false);
});
