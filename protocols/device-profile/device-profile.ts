import { z } from "zod";
import { channelKindSchema } from "../vocabulary/channel.ts";

/** Points of one profile: more than the largest meter offers. */
const POINTS_MAX = 256;
const GOLDEN_MAX = 64;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,38}$/, "write 1–39 of a–z, 0–9 and -");
const line = z.string().min(1).max(300);
const bilingual = z.strictObject({ zh: line, en: line });
const rtuFrame = z
  .string()
  .regex(/^[0-9A-F]{2}( [0-9A-F]{2}){3,}$/, "write an RTU frame with its CRC, as 01 04 00 00 00 02 71 CB");

const VALUE_TYPES = ["u16", "s16", "u32", "s32", "u64", "s64", "f32", "bit"] as const;

/** How a value lies in registers, or that it is one bit. */
export type ValueType = (typeof VALUE_TYPES)[number];

const pointSchema = z
  .strictObject({
    /** The point's name within its profile, such as `power-total`. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "write 1–48 of a–z, 0–9 and -, such as power-total"),
    kind: channelKindSchema,
    phase: z.enum(["L1", "L2", "L3", "total"]).optional(),
    unit: z.string().max(12),
    /** The function that reads it: 1 coil, 2 discrete input, 3 holding register, 4 input register. */
    function: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    /** 0-based address on the wire. */
    address: z.int().min(0).max(0xffff),
    type: z.enum(VALUE_TYPES),
    /** Which 16-bit word of a longer value comes first. */
    wordOrder: z.enum(["high-first", "low-first"]).default("high-first"),
    /** value = raw · scale, in `unit`. */
    scale: z.number().positive().default(1),
    /** Decimal places kept in the journal. */
    decimals: z.int().min(-3).max(6),
    /** Smallest and largest value that can be true, in `unit`. */
    range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, "write [min, max]"),
    /** Raw patterns, unsigned and as wide as the type, by which the device says that there is no value. */
    notNumbers: z.array(z.int().min(0)).max(8).default([]),
  })
  .refine(({ type, function: code }) => (type === "bit") === code <= 2, {
    path: ["type"],
    message: "functions 1 and 2 read type bit, functions 3 and 4 every other type",
  });

/** One value that a device offers. */
export type DevicePoint = Readonly<z.output<typeof pointSchema>>;

/** A real conversation with the device, RTU framed, and what it means. */
const goldenFrameSchema = z.strictObject({
  /** Where the frames are from, or how they were derived. */
  source: line,
  request: rtuFrame,
  response: rtuFrame,
  /** Value by point; null where the device says that there is none. */
  values: z.record(z.string(), z.number().nullable()),
});

/** A device, as data: what it measures and where. Adding one touches no code. */
export const deviceProfileSchema = z
  .strictObject({
    vendor: slug,
    model: slug,
    revision: z.int().min(1).max(999),
    title: bilingual,
    source: z.strictObject({ document: line, place: line }),
    protocol: z.literal("modbus"),
    limits: z.strictObject({
      registersPerRead: z.int().min(1).max(125),
      bitsPerRead: z.int().min(1).max(2000),
      /** Unwanted registers or bits that one read may span, where the device answers for them. */
      holesPerRead: z.int().min(0).max(124).default(0),
    }),
    points: z.array(pointSchema).min(1).max(POINTS_MAX),
    golden: z.array(goldenFrameSchema).min(1).max(GOLDEN_MAX),
  })
  .superRefine((profile, context) => {
    const ids = new Set<string>();
    profile.points.forEach(({ id, type, address }, index) => {
      if (ids.has(id)) problem(`a second point ${id}`, ["points", index, "id"]);
      ids.add(id);
      if (type !== "bit" && registersOf(type) > profile.limits.registersPerRead)
        problem("does not fit in one read", ["points", index, "type"]);
      if (type !== "bit" && address + registersOf(type) > 0x10000)
        problem("runs past the last register", ["points", index, "address"]);
    });
    profile.golden.forEach(({ values }, index) => {
      for (const id of Object.keys(values))
        if (!ids.has(id)) problem(`no point ${id}`, ["golden", index, "values", id]);
    });
    function problem(message: string, path: (string | number)[]): void {
      context.addIssue({ code: "custom", message, path });
    }
  });

export type DeviceProfile = Readonly<z.output<typeof deviceProfileSchema>>;

/** How many registers a value takes. */
export function registersOf(type: Exclude<ValueType, "bit">): number {
  switch (type) {
    case "u16":
    case "s16":
      return 1;
    case "u64":
    case "s64":
      return 4;
    default:
      return 2;
  }
}
