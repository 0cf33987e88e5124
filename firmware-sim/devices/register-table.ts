import type { ReadFunctionCode } from "@sealwatch/protocols";
import type { Measurand } from "../plant/measurands.ts";

/** What a register shows: something measured, a contact input (1 = closed), or a setting of the device itself. */
export type Quantity =
  | Measurand
  | "input0"
  | "input1"
  | "input2"
  | "input3"
  | "input4"
  | "input5"
  | "input6"
  | "input7"
  | "unitAddress";

/** One value in a device's map. The register holds `quantity · scale`, clamped to `min`…`max`; f32 is high word first. */
export interface RegisterRow {
  readonly functionCode: ReadFunctionCode;
  /** 0-based, as on the wire. */
  readonly address: number;
  readonly type: "f32" | "u16" | "s16" | "bit";
  readonly quantity: Quantity;
  readonly scale?: number;
  readonly min?: number;
  readonly max?: number;
}

/** A range that may be read; addresses inside it without a row read as zero. `to` is the last address. */
export interface RegisterArea {
  readonly functionCode: ReadFunctionCode;
  readonly from: number;
  readonly to: number;
}

/** A device as data: which ranges it answers, how much at once, and what stands where. */
export interface RegisterTable {
  readonly areas: readonly RegisterArea[];
  /** The most registers (or bits) of one read. */
  readonly quantityMax: number;
  readonly rows: readonly RegisterRow[];
}

/** Registers that a value of this type takes. */
export const REGISTERS_OF = { f32: 2, u16: 1, s16: 1, bit: 1 } as const;
