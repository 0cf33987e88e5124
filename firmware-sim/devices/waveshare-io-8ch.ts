import type { RegisterTable } from "./register-table.ts";

/** Waveshare Modbus RTU IO 8CH: inputs as discrete inputs 0 to 7, outputs as coils 0 to 7 (all off). */
export const waveshareIo8ch: RegisterTable = {
  areas: [
    { functionCode: 1, from: 0, to: 7 },
    { functionCode: 2, from: 0, to: 7 },
  ],
  quantityMax: 8,
  rows: [
    { functionCode: 2, address: 0, type: "bit", quantity: "input0" },
    { functionCode: 2, address: 1, type: "bit", quantity: "input1" },
    { functionCode: 2, address: 2, type: "bit", quantity: "input2" },
    { functionCode: 2, address: 3, type: "bit", quantity: "input3" },
    { functionCode: 2, address: 4, type: "bit", quantity: "input4" },
    { functionCode: 2, address: 5, type: "bit", quantity: "input5" },
    { functionCode: 2, address: 6, type: "bit", quantity: "input6" },
    { functionCode: 2, address: 7, type: "bit", quantity: "input7" },
  ],
};
