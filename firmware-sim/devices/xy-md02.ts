import type { RegisterTable } from "./register-table.ts";

/**
 * XY-MD02 temperature and humidity transmitter (SHT20): input registers 0001 and 0002 in tenths; address 0101 and baud rate 0102 are
 * holding registers. Map as verified on a device in e-tinkers/Modbus-RTU, examples/SHT20.
 */
export const xyMd02: RegisterTable = {
  areas: [
    { functionCode: 4, from: 0x0001, to: 0x0002 },
    { functionCode: 3, from: 0x0101, to: 0x0104 },
  ],
  quantityMax: 125,
  rows: [
    { functionCode: 4, address: 0x0001, type: "s16", quantity: "temperatureC", scale: 10 },
    { functionCode: 4, address: 0x0002, type: "u16", quantity: "humidityPercent", scale: 10, max: 1000 },
    { functionCode: 3, address: 0x0101, type: "u16", quantity: "unitAddress" },
    { functionCode: 3, address: 0x0102, type: "u16", constant: 9600 },
  ],
};
