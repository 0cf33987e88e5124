import type { RegisterTable } from "./register-table.ts";

/**
 * Eastron SDM120, one phase (it is wired to L1): input registers, float32, high word first. Map as in volkszaehler/mbmd, sdm120.go;
 * the serial number as in the maker's protocol description, holding register 64513; the meter code
 * 64515 by its "SDM120-Modbus RTU Protocol" V2.4.
 */
export const eastronSdm120: RegisterTable = {
  areas: [
    { functionCode: 4, from: 0x0000, to: 0x0159 },
    { functionCode: 3, from: 0xfc00, to: 0xfc03 },
  ],
  quantityMax: 80,
  rows: [
    { functionCode: 4, address: 0x0000, type: "f32", quantity: "voltageL1V" },
    { functionCode: 4, address: 0x0006, type: "f32", quantity: "currentL1A" },
    { functionCode: 4, address: 0x000c, type: "f32", quantity: "powerL1W" },
    { functionCode: 4, address: 0x0012, type: "f32", quantity: "apparentL1Va" },
    { functionCode: 4, address: 0x0018, type: "f32", quantity: "reactiveL1Var" },
    { functionCode: 4, address: 0x001e, type: "f32", quantity: "powerFactorL1" },
    { functionCode: 4, address: 0x0046, type: "f32", quantity: "frequencyHz" },
    { functionCode: 4, address: 0x0048, type: "f32", quantity: "importL1Kwh" },
    { functionCode: 4, address: 0x004a, type: "f32", quantity: "exportKwh" },
    { functionCode: 4, address: 0x0156, type: "f32", quantity: "importL1Kwh" },
    { functionCode: 3, address: 0xfc00, type: "u32", quantity: "serialNumber" },
    { functionCode: 3, address: 0xfc02, type: "u16", constant: 0x0020 },
  ],
};
