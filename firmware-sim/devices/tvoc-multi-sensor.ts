import type { RegisterTable } from "./register-table.ts";

/**
 * An RS-485 indoor-air board (holding registers; TVOC ends at 1 ppm). Map as published in
 * Isuromu/Telemetry-Weather-station-system, RS485_TVOC. The baud register 0101 is left out: its coding is not published.
 */
export const tvocMultiSensor: RegisterTable = {
  areas: [
    { functionCode: 3, from: 0x0000, to: 0x0006 },
    { functionCode: 3, from: 0x0100, to: 0x0100 },
  ],
  quantityMax: 125,
  rows: [
    { functionCode: 3, address: 0x0000, type: "u16", quantity: "humidityPercent", scale: 10, max: 1000 },
    { functionCode: 3, address: 0x0001, type: "s16", quantity: "temperatureC", scale: 10 },
    { functionCode: 3, address: 0x0005, type: "u16", quantity: "co2Ppm" },
    { functionCode: 3, address: 0x0006, type: "u16", quantity: "vocPpb", max: 1000 },
    { functionCode: 3, address: 0x0100, type: "u16", quantity: "unitAddress" },
  ],
};
