import { z } from "zod";
import { dlt645Bytes } from "../dlt645/dlt645-value.ts";
import {
  type DevicePoint,
  dlt645PointSchema,
  isModbusPoint,
  modbusPointSchema,
  registersOf,
  widthOf,
} from "./device-point.ts";
import { identitySchema } from "./identity-schema.ts";
import { pointsOfCheck, selfCheckSchema } from "./self-check-schema.ts";

/** Points of one profile: more than the largest meter offers. */
const POINTS_MAX = 256;
const GOLDEN_MAX = 64;
const CHECKS_MAX = 32;
const FORBIDDEN_MAX = 32;
/** Data of a DL/T 645 answer behind its identifier. */
const DLT645_VALUE_MAX_BYTES = 196;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,38}$/, "write 1–39 of a–z, 0–9 and -");
const line = z.string().min(1).max(300);
const bilingual = z.strictObject({ zh: line, en: line });
const frame = z
  .string()
  .regex(/^[0-9A-F]{2}( [0-9A-F]{2}){3,}$/, "write a whole frame with its check, as 01 04 00 00 00 02 71 CB");

/** A real conversation with the device and what it means: RTU framed, or a DL/T 645 frame. */
const goldenFrameSchema = z.strictObject({
  /** Where the frames are from, or how they were derived. */
  source: line,
  request: frame,
  response: frame,
  /** The transformers' ratios, where the frame holds points of the secondary side. */
  ratios: z.strictObject({ ct: z.number().positive(), pt: z.number().positive() }).optional(),
  /** Value by point; null where the device says that there is none. */
  values: z.record(z.string(), z.number().nullable()),
});

const linkSchema = z.strictObject({
  /** Rates the device can have, the factory's first. */
  bauds: z.array(z.int().min(300).max(921_600)).min(1).max(12),
  /** Parities the device can have, the factory's first. */
  parities: z
    .array(z.enum(["none", "even", "odd"]))
    .min(1)
    .max(3),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
});

const limitsSchema = z.strictObject({
  registersPerRead: z.int().min(1).max(125),
  bitsPerRead: z.int().min(1).max(2000),
  /** Unwanted registers or bits that one read may span, where the device answers for them. */
  holesPerRead: z.int().min(0).max(124).default(0),
  /** Addresses, first and last included, that no read may span: the device refuses them, or something happens. */
  forbidden: z
    .array(
      z
        .strictObject({
          function: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
          from: z.int().min(0).max(0xffff),
          to: z.int().min(0).max(0xffff),
        })
        .refine(({ from, to }) => from <= to, "write from not above to"),
    )
    .max(FORBIDDEN_MAX)
    .default([]),
});

const commonShape = {
  vendor: slug,
  model: slug,
  revision: z.int().min(1).max(999),
  title: bilingual,
  source: z.strictObject({ document: line, place: line }),
  /** A part of the gateway's own computer, read over a link of this kind; no scan looks for it on a line. */
  partOf: z.enum(["gpio", "power-supply"]).optional(),
  /** How its serial line is set; a device without one has the factory setting of most. */
  link: linkSchema.default({ bauds: [9600], parities: ["none"], stopBits: 1 }),
};
const evidenceShape = {
  identity: identitySchema.optional(),
  checks: z.array(selfCheckSchema).max(CHECKS_MAX).default([]),
  golden: z.array(goldenFrameSchema).min(1).max(GOLDEN_MAX),
};

const modbusProfileSchema = z.strictObject({
  ...commonShape,
  protocol: z.literal("modbus"),
  /** Functions that the device answers; every other is left unasked. Those of the points if absent. */
  functions: z
    .array(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]))
    .min(1)
    .max(4)
    .optional(),
  limits: limitsSchema,
  points: z.array(modbusPointSchema).min(1).max(POINTS_MAX),
  ...evidenceShape,
});

const dlt645ProfileSchema = z.strictObject({
  ...commonShape,
  protocol: z.literal("dlt645"),
  limits: z.never().optional(),
  points: z.array(dlt645PointSchema).min(1).max(POINTS_MAX),
  ...evidenceShape,
});

/** A device, as data: what it measures and where. Adding one touches no code. */
export const deviceProfileSchema = z
  .discriminatedUnion("protocol", [modbusProfileSchema, dlt645ProfileSchema])
  .superRefine((profile, context) => {
    const problem = (message: string, path: (string | number)[]) =>
      context.addIssue({ code: "custom", message, path });
    const ids = new Set<string>();
    profile.points.forEach((point: DevicePoint, index) => {
      if (ids.has(point.id)) problem(`a second point ${point.id}`, ["points", index, "id"]);
      ids.add(point.id);
      for (const [key, message] of placeProblems(profile, point)) problem(message, ["points", index, key]);
    });
    profile.golden.forEach(({ values }, index) => {
      for (const id of Object.keys(values))
        if (!ids.has(id)) problem(`no point ${id}`, ["golden", index, "values", id]);
    });
    profile.checks.forEach((check, index) => {
      for (const id of pointsOfCheck(check)) if (!ids.has(id)) problem(`no point ${id}`, ["checks", index]);
    });
    profile.identity?.points.forEach(({ point }, index) => {
      if (!ids.has(point)) problem(`no point ${point}`, ["identity", "points", index]);
    });
    if (profile.protocol === "dlt645" && (profile.identity?.registers.length ?? 0) > 0)
      problem("a DL/T 645 meter has no registers", ["identity", "registers"]);
  });

export type DeviceProfile = Readonly<z.output<typeof deviceProfileSchema>>;
export type ReadLimits = z.input<typeof limitsSchema>;

/** What is wrong with where a point lies: [field, message]. */
function placeProblems(profile: DeviceProfile, point: DevicePoint): [string, string][] {
  if (!isModbusPoint(point)) {
    const fits = point.offset + dlt645Bytes(point.format) <= DLT645_VALUE_MAX_BYTES;
    return fits ? [] : [["offset", "runs past the longest answer"]];
  }
  if (profile.protocol !== "modbus") return [];
  const { limits, functions } = profile;
  const end = point.address + widthOf(point);
  const problems: [string, string][] = [];
  if (point.type !== "bit" && registersOf(point.type) > limits.registersPerRead)
    problems.push(["type", "does not fit in one read"]);
  if (end > 0x10000) problems.push(["address", "runs past the last register"]);
  if (functions && !functions.includes(point.function))
    problems.push(["function", "is not one of functions"]);
  if (
    limits.forbidden.some(
      (area) => area.function === point.function && area.from < end && area.to >= point.address,
    )
  )
    problems.push(["address", "lies in a forbidden range"]);
  return problems;
}
