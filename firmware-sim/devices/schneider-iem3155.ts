import type { RegisterTable } from "./register-table.ts";

/**
 * Schneider iEM3155: holding registers, one below the numbers of the user manual DOCA0005; float32 in kW, energy as 64-bit Wh.
 * Values as in volkszaehler/mbmd, iem3000.go; name, model, maker and serial number by DOCA0005 (registers 30, 50, 70, 130).
 * 0C0B (power factor) is four-quadrant coded and left out.
 */
export const schneiderIem3155: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x001d, to: 0x0083 },
    { functionCode: 3, from: 0x0bb7, to: 0x0c26 },
    { functionCode: 3, from: 0x0c83, to: 0x0c8a },
  ],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x001d, type: "text", text: "Energy Meter", registers: 20 },
    { functionCode: 3, address: 0x0031, type: "text", text: "iEM3155", registers: 20 },
    { functionCode: 3, address: 0x0045, type: "text", text: "Schneider Electric", registers: 20 },
    { functionCode: 3, address: 0x0081, type: "u32", quantity: "serialNumber" },
    { functionCode: 3, address: 0x0bb7, type: "f32", quantity: "currentL1A" },
    { functionCode: 3, address: 0x0bb9, type: "f32", quantity: "currentL2A" },
    { functionCode: 3, address: 0x0bbb, type: "f32", quantity: "currentL3A" },
    { functionCode: 3, address: 0x0bcb, type: "f32", quantity: "voltageL12V" },
    { functionCode: 3, address: 0x0bcd, type: "f32", quantity: "voltageL23V" },
    { functionCode: 3, address: 0x0bcf, type: "f32", quantity: "voltageL31V" },
    { functionCode: 3, address: 0x0bd3, type: "f32", quantity: "voltageL1V" },
    { functionCode: 3, address: 0x0bd5, type: "f32", quantity: "voltageL2V" },
    { functionCode: 3, address: 0x0bd7, type: "f32", quantity: "voltageL3V" },
    { functionCode: 3, address: 0x0bed, type: "f32", quantity: "powerL1W", scale: 0.001 },
    { functionCode: 3, address: 0x0bef, type: "f32", quantity: "powerL2W", scale: 0.001 },
    { functionCode: 3, address: 0x0bf1, type: "f32", quantity: "powerL3W", scale: 0.001 },
    { functionCode: 3, address: 0x0bf3, type: "f32", quantity: "powerW", scale: 0.001 },
    { functionCode: 3, address: 0x0c25, type: "f32", quantity: "frequencyHz" },
    { functionCode: 3, address: 0x0c83, type: "s64", quantity: "importKwh", scale: 1000 },
    { functionCode: 3, address: 0x0c87, type: "s64", quantity: "exportKwh", scale: 1000 },
  ],
  identification: { vendorName: "Schneider Electric", productCode: "METSEIEM3155", revision: "001.006.000" },
};
