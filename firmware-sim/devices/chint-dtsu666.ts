import type { RegisterTable } from "./register-table.ts";

/**
 * Chint DTSU666: holding registers, float32 in tenths, thousandths and hundredths, high word first, secondary side. Map as in
 * volkszaehler/mbmd, dtsu666.go; 2000 to 2004 are line voltages, IrAt 0006 and UrAt 0007 (tenths) the ratios, by the maker's manual.
 */
export const chintDtsu666: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x0000, to: 0x000b },
    { functionCode: 3, from: 0x101e, to: 0x1029 },
    { functionCode: 3, from: 0x2000, to: 0x2045 },
  ],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x0006, type: "u16", quantity: "ctRatio" },
    { functionCode: 3, address: 0x0007, type: "u16", quantity: "ptRatio", scale: 10 },
    { functionCode: 3, address: 0x101e, type: "f32", quantity: "importKwh", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x1028, type: "f32", quantity: "exportKwh", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x2000, type: "f32", quantity: "voltageL12V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x2002, type: "f32", quantity: "voltageL23V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x2004, type: "f32", quantity: "voltageL31V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x2006, type: "f32", quantity: "voltageL1V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x2008, type: "f32", quantity: "voltageL2V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x200a, type: "f32", quantity: "voltageL3V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x200c, type: "f32", quantity: "currentL1A", scale: 1000, secondaryOf: "ct" },
    { functionCode: 3, address: 0x200e, type: "f32", quantity: "currentL2A", scale: 1000, secondaryOf: "ct" },
    { functionCode: 3, address: 0x2010, type: "f32", quantity: "currentL3A", scale: 1000, secondaryOf: "ct" },
    { functionCode: 3, address: 0x2012, type: "f32", quantity: "powerW", scale: 10, secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x2014, type: "f32", quantity: "powerL1W", scale: 10, secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x2016, type: "f32", quantity: "powerL2W", scale: 10, secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x2018, type: "f32", quantity: "powerL3W", scale: 10, secondaryOf: "ct-pt" },
    {
      functionCode: 3,
      address: 0x201a,
      type: "f32",
      quantity: "reactiveVar",
      scale: 10,
      secondaryOf: "ct-pt",
    },
    {
      functionCode: 3,
      address: 0x201c,
      type: "f32",
      quantity: "reactiveL1Var",
      scale: 10,
      secondaryOf: "ct-pt",
    },
    {
      functionCode: 3,
      address: 0x201e,
      type: "f32",
      quantity: "reactiveL2Var",
      scale: 10,
      secondaryOf: "ct-pt",
    },
    {
      functionCode: 3,
      address: 0x2020,
      type: "f32",
      quantity: "reactiveL3Var",
      scale: 10,
      secondaryOf: "ct-pt",
    },
    { functionCode: 3, address: 0x202a, type: "f32", quantity: "powerFactor", scale: 1000 },
    { functionCode: 3, address: 0x202c, type: "f32", quantity: "powerFactorL1", scale: 1000 },
    { functionCode: 3, address: 0x202e, type: "f32", quantity: "powerFactorL2", scale: 1000 },
    { functionCode: 3, address: 0x2030, type: "f32", quantity: "powerFactorL3", scale: 1000 },
    { functionCode: 3, address: 0x2044, type: "f32", quantity: "frequencyHz", scale: 100 },
  ],
};
