import type { RegisterTable } from "./register-table.ts";

/**
 * Waveshare Modbus RTU Analog Input 8CH, all channels in range 3 (4 to 20 mA): input registers 0 to 7 in microamperes, the range at
 * 1000 to 1007, the address at 4000. By the maker's wiki page of that name; input overload is taken to end at 20.6 mA.
 */
export const waveshareAnalog8ch: RegisterTable = {
  areas: [
    { functionCode: 4, from: 0x0000, to: 0x0007 },
    { functionCode: 3, from: 0x1000, to: 0x1007 },
    { functionCode: 3, from: 0x4000, to: 0x4000 },
  ],
  quantityMax: 8,
  rows: [
    { functionCode: 4, address: 0x0000, type: "u16", quantity: "current0Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0001, type: "u16", quantity: "current1Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0002, type: "u16", quantity: "current2Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0003, type: "u16", quantity: "current3Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0004, type: "u16", quantity: "current4Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0005, type: "u16", quantity: "current5Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0006, type: "u16", quantity: "current6Ma", scale: 1000, max: 20_600 },
    { functionCode: 4, address: 0x0007, type: "u16", quantity: "current7Ma", scale: 1000, max: 20_600 },
    { functionCode: 3, address: 0x1000, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1001, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1002, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1003, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1004, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1005, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1006, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x1007, type: "u16", constant: 3 },
    { functionCode: 3, address: 0x4000, type: "u16", quantity: "unitAddress" },
  ],
};
