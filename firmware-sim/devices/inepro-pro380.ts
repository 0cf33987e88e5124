import type { RegisterTable } from "./register-table.ts";

/**
 * Inepro PRO380: holding registers, float32 in kW, high word first. Map as in volkszaehler/mbmd, inepro.go (PRO380 user manual V2.18);
 * the serial number 4000 by the same manual.
 */
export const ineproPro380: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x4000, to: 0x4017 },
    { functionCode: 3, from: 0x5000, to: 0x5031 },
    { functionCode: 3, from: 0x6000, to: 0x6047 },
  ],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x4000, type: "u32", quantity: "serialNumber" },
    { functionCode: 3, address: 0x5002, type: "f32", quantity: "voltageL1V" },
    { functionCode: 3, address: 0x5004, type: "f32", quantity: "voltageL2V" },
    { functionCode: 3, address: 0x5006, type: "f32", quantity: "voltageL3V" },
    { functionCode: 3, address: 0x5008, type: "f32", quantity: "frequencyHz" },
    { functionCode: 3, address: 0x500c, type: "f32", quantity: "currentL1A" },
    { functionCode: 3, address: 0x500e, type: "f32", quantity: "currentL2A" },
    { functionCode: 3, address: 0x5010, type: "f32", quantity: "currentL3A" },
    { functionCode: 3, address: 0x5012, type: "f32", quantity: "powerW", scale: 0.001 },
    { functionCode: 3, address: 0x5014, type: "f32", quantity: "powerL1W", scale: 0.001 },
    { functionCode: 3, address: 0x5016, type: "f32", quantity: "powerL2W", scale: 0.001 },
    { functionCode: 3, address: 0x5018, type: "f32", quantity: "powerL3W", scale: 0.001 },
    { functionCode: 3, address: 0x501a, type: "f32", quantity: "reactiveVar", scale: 0.001 },
    { functionCode: 3, address: 0x501c, type: "f32", quantity: "reactiveL1Var", scale: 0.001 },
    { functionCode: 3, address: 0x501e, type: "f32", quantity: "reactiveL2Var", scale: 0.001 },
    { functionCode: 3, address: 0x5020, type: "f32", quantity: "reactiveL3Var", scale: 0.001 },
    { functionCode: 3, address: 0x5022, type: "f32", quantity: "apparentVa", scale: 0.001 },
    { functionCode: 3, address: 0x5024, type: "f32", quantity: "apparentL1Va", scale: 0.001 },
    { functionCode: 3, address: 0x5026, type: "f32", quantity: "apparentL2Va", scale: 0.001 },
    { functionCode: 3, address: 0x5028, type: "f32", quantity: "apparentL3Va", scale: 0.001 },
    { functionCode: 3, address: 0x502a, type: "f32", quantity: "powerFactor" },
    { functionCode: 3, address: 0x502c, type: "f32", quantity: "powerFactorL1" },
    { functionCode: 3, address: 0x502e, type: "f32", quantity: "powerFactorL2" },
    { functionCode: 3, address: 0x5030, type: "f32", quantity: "powerFactorL3" },
    { functionCode: 3, address: 0x6000, type: "f32", quantity: "importKwh" },
    { functionCode: 3, address: 0x600c, type: "f32", quantity: "importKwh" },
    { functionCode: 3, address: 0x6018, type: "f32", quantity: "exportKwh" },
  ],
};
