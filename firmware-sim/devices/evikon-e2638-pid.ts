import type { RegisterTable } from "./register-table.ts";

/**
 * Evikon PluraSens E2638-PID, a photo-ionisation VOC transmitter: serial number, slave id, rate, response delay and framing at 0003 to
 * 0007 (E2638 Annex 1), raw sensor counts at 0101, concentration in gas units at 0103 (manual of 10.03.2021, page 38). The gas unit
 * here is 0.1 ppm.
 */
export const evikonE2638Pid: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x0001, to: 0x0008 },
    { functionCode: 3, from: 0x0100, to: 0x0108 },
  ],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x0003, type: "u16", quantity: "serialNumber" },
    { functionCode: 3, address: 0x0004, type: "u16", quantity: "unitAddress" },
    { functionCode: 3, address: 0x0005, type: "u16", constant: 9600 },
    { functionCode: 3, address: 0x0006, type: "u16", constant: 10 },
    { functionCode: 3, address: 0x0007, type: "u16", constant: 1 },
    { functionCode: 3, address: 0x0101, type: "u16", quantity: "vocPpb", scale: 0.04, max: 4095 },
    { functionCode: 3, address: 0x0103, type: "u16", quantity: "vocPpb", scale: 0.01 },
  ],
};
