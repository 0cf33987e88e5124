import { z } from "zod";
import { pointIdSchema } from "./device-point.ts";

const points = z.array(pointIdSchema).min(1).max(3);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "write 1–48 of a–z, 0–9 and -, such as phases-sum");
/** Below this much (in the unit of what is checked, W for powers) the meter's own noise decides: nothing is said. */
const floor = z.number().min(0).default(0);

/** What a device's own values must agree on, whatever the load: a wrong address, word order or scale breaks it. */
export const selfCheckSchema = z.discriminatedUnion("check", [
  z.strictObject({
    id,
    check: z.literal("sum").describe("the parts add up to the total"),
    total: pointIdSchema,
    parts: z.array(pointIdSchema).min(2).max(3),
    tolerance: z.number().min(0.001).max(0.5).default(0.02),
    floor,
  }),
  z.strictObject({
    id,
    check: z
      .literal("vi-pf")
      .describe("Σ voltage · current · power factor is the power; without it, an upper bound"),
    power: pointIdSchema,
    voltages: points,
    currents: points,
    powerFactor: pointIdSchema.optional(),
    tolerance: z.number().min(0.001).max(0.5).default(0.05),
    floor: floor.prefault(50),
  }),
  z.strictObject({
    id,
    check: z.literal("energy-slope").describe("the counter grows as the power says"),
    energy: pointIdSchema,
    power: pointIdSchema,
    tolerance: z.number().min(0.001).max(0.5).default(0.1),
  }),
  z.strictObject({
    id,
    check: z.literal("unchanged").describe("a ratio or serial number is what it was"),
    point: pointIdSchema,
  }),
]);

export type SelfCheck = Readonly<z.output<typeof selfCheckSchema>>;

/** The points that a check needs. */
export function pointsOfCheck(check: SelfCheck): readonly string[] {
  switch (check.check) {
    case "sum":
      return [check.total, ...check.parts];
    case "vi-pf":
      return [
        check.power,
        ...check.voltages,
        ...check.currents,
        ...(check.powerFactor ? [check.powerFactor] : []),
      ];
    case "energy-slope":
      return [check.energy, check.power];
    case "unchanged":
      return [check.point];
  }
}
