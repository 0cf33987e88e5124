import type { ReadFunctionCode } from "@sealwatch/protocols";
import type { Measurand } from "../plant/measurands.ts";

type InputNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A contact input of a module (1 = closed). */
export type ContactInput = `input${InputNumber}`;
/** A current input of a module, in mA. */
export type CurrentInput = `current${InputNumber}Ma`;
/** A setting or property of the device itself. `waterPulses`: one for each litre. */
type DeviceProperty = "unitAddress" | "serialNumber" | "ctRatio" | "ptRatio" | "waterPulses";

/** What a register shows. */
export type Quantity = Measurand | ContactInput | CurrentInput | DeviceProperty;

/** The transformer ratios by which a secondary-side register is smaller than the primary value. */
export type SecondaryOf = "ct" | "pt" | "ct-pt";

interface RowPlace {
  readonly functionCode: ReadFunctionCode;
  /** 0-based, as on the wire. */
  readonly address: number;
}

/** One value in a device's map: the register holds `quantity · scale`, clamped to `min`…`max`. */
export interface ValueRow extends RowPlace {
  readonly type: "f32" | "u16" | "s16" | "bit" | "u32" | "s32" | "s64";
  readonly quantity: Quantity;
  readonly scale?: number;
  readonly secondaryOf?: SecondaryOf;
  /** High word first unless this is set; 32-bit types only. */
  readonly lowWordFirst?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** A number that never changes, such as a range code. */
interface ConstantRow extends RowPlace {
  readonly type: "u16" | "u32";
  readonly constant: number;
}

/** ASCII text, padded with zeros. */
interface TextRow extends RowPlace {
  readonly type: "text";
  readonly text: string;
  readonly registers: number;
}

export type RegisterRow = ValueRow | ConstantRow | TextRow;

/** A range that may be read; addresses inside it without a row read as zero. `to` is the last address. */
export interface RegisterArea {
  readonly functionCode: ReadFunctionCode;
  readonly from: number;
  readonly to: number;
}

/** What function 43/14 gives: the three basic objects of V1.1b3, 6.21. */
export interface DeviceIdentification {
  readonly vendorName: string;
  readonly productCode: string;
  readonly revision: string;
}

/** A device as data: which ranges it answers, how much at once, and what stands where. */
export interface RegisterTable {
  readonly areas: readonly RegisterArea[];
  /** The most registers (or bits) of one read. */
  readonly quantityMax: number;
  readonly rows: readonly RegisterRow[];
  /** Left out: the device answers function 43 with exception 1. */
  readonly identification?: DeviceIdentification;
}

const REGISTERS_OF = { f32: 2, u16: 1, s16: 1, bit: 1, u32: 2, s32: 2, s64: 4 } as const;

/** Registers (or bits) that a row takes. */
export function registersOf(row: RegisterRow): number {
  return row.type === "text" ? row.registers : REGISTERS_OF[row.type];
}
