import type { RegisterTable } from "./register-table.ts";

/**
 * Carlo Gavazzi VMU-MC pulse concentrator with a reed water meter of one pulse a litre on input 1: its total at 0000, 32 bits, LOW word
 * first, by function 3 and 4 alike. By the maker's communication protocol V1 rev 2 (2018), tables 2.2 to 2.10.
 */
export const gavazziVmuMc: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x0000, to: 0x0003 },
    { functionCode: 4, from: 0x0000, to: 0x0003 },
  ],
  quantityMax: 11,
  rows: [
    { functionCode: 3, address: 0x0000, type: "u32", quantity: "waterPulses", lowWordFirst: true },
    { functionCode: 4, address: 0x0000, type: "u32", quantity: "waterPulses", lowWordFirst: true },
  ],
};
