import { z } from "zod";
import { channelKindSchema, phaseSchema } from "../vocabulary/channel.ts";
import { loopSchema } from "./loop-input.ts";
import { sealLoopSchema } from "./seal-loop.ts";

const VALUE_TYPES = ["u16", "s16", "u32", "s32", "u64", "s64", "f32", "bit"] as const;

/** How a value lies in registers, or that it is one bit. */
export type ValueType = (typeof VALUE_TYPES)[number];

/** Which points of a link are polled before which, first to last. */
const POINT_PRIORITIES = ["contact", "gas", "power", "energy", "identity"] as const;
export type PointPriority = (typeof POINT_PRIORITIES)[number];

/** The point's name within its profile, such as `power-total`. */
export const pointIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "write 1–48 of a–z, 0–9 and -, such as power-total");

const identityShape = {
  id: pointIdSchema,
  kind: channelKindSchema,
  phase: phaseSchema.optional(),
  unit: z.string().max(12),
};

const valueShape = {
  /** Decimal places kept in the journal. */
  decimals: z.int().min(-3).max(6),
  /** Smallest and largest value that can be true, in `unit`, on the secondary side if `secondary`. */
  range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, "write [min, max]"),
  /** The meter gives the secondary side of its transformers: current · CT, voltage · PT, power and energy · CT · PT. */
  secondary: z.boolean().default(false),
  /** Read only where the configuration names it: what few sites need, and every site would pay for on the wire. */
  onRequest: z.boolean().optional(),
  /** Where the kind's own priority does not fit. */
  priority: z.enum(POINT_PRIORITIES).optional(),
};

/** Where a value lies in a Modbus device. */
export const modbusPlaceShape = {
  /** The function that reads it: 1 coil, 2 discrete input, 3 holding register, 4 input register. */
  function: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  /** 0-based address on the wire. */
  address: z.int().min(0).max(0xffff),
  type: z.enum(VALUE_TYPES),
  /** Which 16-bit word of a longer value comes first. */
  wordOrder: z.enum(["high-first", "low-first"]).default("high-first"),
  /** value = raw · scale, in `unit`. */
  scale: z.number().positive().default(1),
};

export const modbusPointSchema = z
  .strictObject({
    ...identityShape,
    ...modbusPlaceShape,
    ...valueShape,
    /** Raw patterns, unsigned and as wide as the type, by which the device says that there is no value. */
    notNumbers: z.array(z.int().min(0)).max(8).default([]),
    /** A 4–20 mA input: raw · scale is the current in mA. */
    loop: loopSchema.optional(),
    /** A supervised seal loop on a current input: raw · scale is the current in mA. */
    sealLoop: sealLoopSchema.optional(),
  })
  .refine(({ type, function: code }) => (type === "bit") === code <= 2, {
    path: ["type"],
    message: "functions 1 and 2 read type bit, functions 3 and 4 every other type",
  });

const dataIdentifier = z.string().regex(/^[0-9A-F]{8}$/, 'write 8 hex digits in quotes, such as "02010100"');

export const dlt645PointSchema = z.strictObject({
  ...identityShape,
  /** The data identifier as the standard prints it: one value, or a block of several. */
  di: dataIdentifier,
  /** First byte of the value within a block's data. */
  offset: z.int().min(0).max(196).default(0),
  /** The identifier of this value alone, for meters that refuse the block. */
  singleDi: dataIdentifier.optional(),
  /** Digits as the standard prints them, such as XXX.X, two to a byte; or hhmmss, a time of day in seconds. */
  format: z
    .string()
    .regex(/^(?:hhmmss|X{1,12}(?:\.X{1,6})?)$/, "write XXX.X, XXXXXX.XX, … or hhmmss")
    .refine((format) => format.replace(".", "").length % 2 === 0, "write an even number of digits"),
  /** The top bit of the highest byte is the sign. */
  signed: z.boolean().default(false),
  ...valueShape,
});

/** One value that a Modbus device offers. */
export type ModbusPoint = Readonly<z.output<typeof modbusPointSchema>>;
/** One value that a DL/T 645-2007 meter offers. */
export type Dlt645Point = Readonly<z.output<typeof dlt645PointSchema>>;
/** One value that a device offers. */
export type DevicePoint = ModbusPoint | Dlt645Point;

/** True for a point that lies in registers or bits. */
export function isModbusPoint(point: DevicePoint): point is ModbusPoint {
  return "function" in point;
}

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

/** How many registers, or bits, a point takes. */
export function widthOf(point: ModbusPoint): number {
  return point.type === "bit" ? 1 : registersOf(point.type);
}

/** When a point is polled among the others of its link: as its profile says, or by its kind. */
export function priorityOf(point: Pick<DevicePoint, "kind" | "priority">): PointPriority {
  if (point.priority) return point.priority;
  switch (point.kind) {
    case "contact":
    case "seal-loop":
      return "contact";
    case "voc":
    case "co2":
    case "temperature":
    case "humidity":
    case "loop-current":
      return "gas";
    case "energy-import":
    case "energy-export":
    case "water-volume":
      return "energy";
    case "ct-ratio":
    case "pt-ratio":
    case "serial-number":
    case "device-clock":
    case "device-status":
      return "identity";
    default:
      return "power";
  }
}
