import type { RegisterTable } from "./register-table.ts";

/**
 * Eastron SDM630: input registers, float32, high word first. Map as in volkszaehler/mbmd, sdm.go; the serial number as in the maker's
 * protocol description, holding register 64513.
 */
export const eastronSdm630: RegisterTable = {
  areas: [
    { functionCode: 4, from: 0x0000, to: 0x0158 },
    { functionCode: 3, from: 0xfc00, to: 0xfc01 },
  ],
  quantityMax: 80,
  rows: [
    { functionCode: 4, address: 0x0000, type: "f32", quantity: "voltageL1V" },
    { functionCode: 4, address: 0x0002, type: "f32", quantity: "voltageL2V" },
    { functionCode: 4, address: 0x0004, type: "f32", quantity: "voltageL3V" },
    { functionCode: 4, address: 0x0006, type: "f32", quantity: "currentL1A" },
    { functionCode: 4, address: 0x0008, type: "f32", quantity: "currentL2A" },
    { functionCode: 4, address: 0x000a, type: "f32", quantity: "currentL3A" },
    { functionCode: 4, address: 0x000c, type: "f32", quantity: "powerL1W" },
    { functionCode: 4, address: 0x000e, type: "f32", quantity: "powerL2W" },
    { functionCode: 4, address: 0x0010, type: "f32", quantity: "powerL3W" },
    { functionCode: 4, address: 0x0012, type: "f32", quantity: "apparentL1Va" },
    { functionCode: 4, address: 0x0014, type: "f32", quantity: "apparentL2Va" },
    { functionCode: 4, address: 0x0016, type: "f32", quantity: "apparentL3Va" },
    { functionCode: 4, address: 0x0018, type: "f32", quantity: "reactiveL1Var" },
    { functionCode: 4, address: 0x001a, type: "f32", quantity: "reactiveL2Var" },
    { functionCode: 4, address: 0x001c, type: "f32", quantity: "reactiveL3Var" },
    { functionCode: 4, address: 0x001e, type: "f32", quantity: "powerFactorL1" },
    { functionCode: 4, address: 0x0020, type: "f32", quantity: "powerFactorL2" },
    { functionCode: 4, address: 0x0022, type: "f32", quantity: "powerFactorL3" },
    { functionCode: 4, address: 0x002a, type: "f32", quantity: "voltageAverageV" },
    { functionCode: 4, address: 0x0034, type: "f32", quantity: "powerW" },
    { functionCode: 4, address: 0x0038, type: "f32", quantity: "apparentVa" },
    { functionCode: 4, address: 0x003c, type: "f32", quantity: "reactiveVar" },
    { functionCode: 4, address: 0x003e, type: "f32", quantity: "powerFactor" },
    { functionCode: 4, address: 0x0046, type: "f32", quantity: "frequencyHz" },
    { functionCode: 4, address: 0x0048, type: "f32", quantity: "importKwh" },
    { functionCode: 4, address: 0x004a, type: "f32", quantity: "exportKwh" },
    { functionCode: 4, address: 0x00c8, type: "f32", quantity: "voltageL12V" },
    { functionCode: 4, address: 0x00ca, type: "f32", quantity: "voltageL23V" },
    { functionCode: 4, address: 0x00cc, type: "f32", quantity: "voltageL31V" },
    { functionCode: 4, address: 0x00e0, type: "f32", quantity: "currentNeutralA" },
    // The sum of both directions; nothing here ever exports.
    { functionCode: 4, address: 0x0156, type: "f32", quantity: "importKwh" },
    { functionCode: 3, address: 0xfc00, type: "u32", quantity: "serialNumber" },
  ],
};
