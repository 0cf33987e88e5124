import type { RegisterTable } from "./register-table.ts";

/** An invented meter that no profile knows: few holding registers in an order of its own. For training with the scan. */
export const unlistedMeter: RegisterTable = {
  areas: [{ functionCode: 3, from: 0x0300, to: 0x0313 }],
  quantityMax: 16,
  rows: [
    { functionCode: 3, address: 0x0300, type: "u32", quantity: "importKwh", scale: 1000, lowWordFirst: true },
    { functionCode: 3, address: 0x0304, type: "u16", quantity: "voltageL1V" },
    { functionCode: 3, address: 0x0308, type: "u16", quantity: "currentL1A", scale: 1000 },
    { functionCode: 3, address: 0x030c, type: "s32", quantity: "powerW", lowWordFirst: true },
    { functionCode: 3, address: 0x0310, type: "u16", quantity: "frequencyHz", scale: 100 },
  ],
};
