import type { RegisterTable } from "./register-table.ts";

/** Acrel ADW300: holding registers, integers, high word first. Map as in evcc-io/evcc, acrel-adw300.yaml (addresses there decimal). */
export const acrelAdw300: RegisterTable = {
  areas: [{ functionCode: 3, from: 0x0000, to: 0x0041 }],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x0014, type: "u16", quantity: "voltageL1V", scale: 10 },
    { functionCode: 3, address: 0x0015, type: "u16", quantity: "voltageL2V", scale: 10 },
    { functionCode: 3, address: 0x0016, type: "u16", quantity: "voltageL3V", scale: 10 },
    { functionCode: 3, address: 0x001a, type: "u16", quantity: "currentL1A", scale: 100 },
    { functionCode: 3, address: 0x001b, type: "u16", quantity: "currentL2A", scale: 100 },
    { functionCode: 3, address: 0x001c, type: "u16", quantity: "currentL3A", scale: 100 },
    { functionCode: 3, address: 0x001e, type: "s32", quantity: "powerL1W" },
    { functionCode: 3, address: 0x0020, type: "s32", quantity: "powerL2W" },
    { functionCode: 3, address: 0x0022, type: "s32", quantity: "powerL3W" },
    { functionCode: 3, address: 0x0024, type: "s32", quantity: "powerW" },
    { functionCode: 3, address: 0x003e, type: "s32", quantity: "importKwh", scale: 100 },
    { functionCode: 3, address: 0x0040, type: "s32", quantity: "exportKwh", scale: 100 },
  ],
};
