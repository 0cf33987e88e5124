import type { RegisterTable } from "./register-table.ts";

/**
 * Acrel ADL400 and DTSD1352, integer map, secondary side: E = data · PT · CT · 0.01 kWh (Acrel ADL3000-E manual, 9.1). Addresses as
 * three public drivers agree, among them one for DTSD1352; 0164 to 0168 are the phases, 016A the total; PT 008D, CT 008E.
 */
export const acrelAdl400: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x0000, to: 0x008f },
    { functionCode: 3, from: 0x0164, to: 0x017f },
  ],
  quantityMax: 125,
  rows: [
    {
      functionCode: 3,
      address: 0x0000,
      type: "u32",
      quantity: "importKwh",
      scale: 100,
      secondaryOf: "ct-pt",
    },
    {
      functionCode: 3,
      address: 0x000a,
      type: "u32",
      quantity: "importKwh",
      scale: 100,
      secondaryOf: "ct-pt",
    },
    {
      functionCode: 3,
      address: 0x0014,
      type: "u32",
      quantity: "exportKwh",
      scale: 100,
      secondaryOf: "ct-pt",
    },
    { functionCode: 3, address: 0x0061, type: "u16", quantity: "voltageL1V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x0062, type: "u16", quantity: "voltageL2V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x0063, type: "u16", quantity: "voltageL3V", scale: 10, secondaryOf: "pt" },
    { functionCode: 3, address: 0x0064, type: "u16", quantity: "currentL1A", scale: 100, secondaryOf: "ct" },
    { functionCode: 3, address: 0x0065, type: "u16", quantity: "currentL2A", scale: 100, secondaryOf: "ct" },
    { functionCode: 3, address: 0x0066, type: "u16", quantity: "currentL3A", scale: 100, secondaryOf: "ct" },
    { functionCode: 3, address: 0x0077, type: "u16", quantity: "frequencyHz", scale: 100 },
    { functionCode: 3, address: 0x008d, type: "u16", quantity: "ptRatio" },
    { functionCode: 3, address: 0x008e, type: "u16", quantity: "ctRatio" },
    { functionCode: 3, address: 0x0164, type: "s32", quantity: "powerL1W", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x0166, type: "s32", quantity: "powerL2W", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x0168, type: "s32", quantity: "powerL3W", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x016a, type: "s32", quantity: "powerW", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x016c, type: "s32", quantity: "reactiveL1Var", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x016e, type: "s32", quantity: "reactiveL2Var", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x0170, type: "s32", quantity: "reactiveL3Var", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x0172, type: "s32", quantity: "reactiveVar", secondaryOf: "ct-pt" },
    { functionCode: 3, address: 0x017c, type: "s16", quantity: "powerFactorL1", scale: 1000 },
    { functionCode: 3, address: 0x017d, type: "s16", quantity: "powerFactorL2", scale: 1000 },
    { functionCode: 3, address: 0x017e, type: "s16", quantity: "powerFactorL3", scale: 1000 },
    { functionCode: 3, address: 0x017f, type: "s16", quantity: "powerFactor", scale: 1000 },
  ],
};
