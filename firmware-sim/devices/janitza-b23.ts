import type { RegisterTable } from "./register-table.ts";

/** Janitza B23: holding registers, float32 in W and Wh, high word first. Map as in volkszaehler/mbmd, janitza.go. */
export const janitzaB23: RegisterTable = {
  areas: [{ functionCode: 3, from: 0x4a38, to: 0x4a85 }],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x4a38, type: "f32", quantity: "voltageL1V" },
    { functionCode: 3, address: 0x4a3a, type: "f32", quantity: "voltageL2V" },
    { functionCode: 3, address: 0x4a3c, type: "f32", quantity: "voltageL3V" },
    { functionCode: 3, address: 0x4a44, type: "f32", quantity: "currentL1A" },
    { functionCode: 3, address: 0x4a46, type: "f32", quantity: "currentL2A" },
    { functionCode: 3, address: 0x4a48, type: "f32", quantity: "currentL3A" },
    { functionCode: 3, address: 0x4a4c, type: "f32", quantity: "powerL1W" },
    { functionCode: 3, address: 0x4a4e, type: "f32", quantity: "powerL2W" },
    { functionCode: 3, address: 0x4a50, type: "f32", quantity: "powerL3W" },
    { functionCode: 3, address: 0x4a52, type: "f32", quantity: "powerW" },
    { functionCode: 3, address: 0x4a64, type: "f32", quantity: "powerFactorL1" },
    { functionCode: 3, address: 0x4a66, type: "f32", quantity: "powerFactorL2" },
    { functionCode: 3, address: 0x4a68, type: "f32", quantity: "powerFactorL3" },
    { functionCode: 3, address: 0x4a6a, type: "f32", quantity: "frequencyHz" },
    { functionCode: 3, address: 0x4a7c, type: "f32", quantity: "importKwh", scale: 1000 },
    { functionCode: 3, address: 0x4a84, type: "f32", quantity: "exportKwh", scale: 1000 },
  ],
};
