import { decodeModbusRequest } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { MODEL_TABLES, MODELS } from "./model-tables.ts";
import { registerImage } from "./register-image.ts";
import { type Quantity, registersOf } from "./register-table.ts";

/** Answers a published RTU request (unit and CRC cut off) and gives the response PDU as hex. */
function ask(
  model: keyof typeof MODEL_TABLES,
  rtu: string,
  values: Partial<Record<Quantity, number>>,
): string {
  const pdu = Buffer.from(rtu.replaceAll(" ", ""), "hex").subarray(1, -2);
  const request = decodeModbusRequest(pdu);
  if ("exception" in request) throw new Error(`refused with ${request.exception}`);
  const image = registerImage(MODEL_TABLES[model], ({ quantity }) => values[quantity] ?? 0);
  return Buffer.from(image.answer(request)).toString("hex");
}

/** The same without published bytes: function, address, quantity. */
function read(
  model: keyof typeof MODEL_TABLES,
  functionCode: 1 | 2 | 3 | 4,
  address: number,
  quantity: number,
): string {
  const image = registerImage(MODEL_TABLES[model], () => 1);
  return Buffer.from(image.answer({ functionCode, address, quantity })).toString("hex");
}

describe("golden frames", () => {
  it("eastronPhaseVoltageOf230point2Volt", () => {
    // The manual's bytes are those of the float just above 230.2.
    expect(ask("eastron-sdm630", "01 04 00 00 00 02 71 CB", { voltageL1V: 230.20001 })).toBe("040443663334");
  });

  it("eastronTotalPowerStandsAt0034", () => {
    expect(ask("eastron-sdm630", "01 04 00 34 00 02 30 05", { powerW: 100 })).toBe("040442c80000");
  });

  it.each([
    ["chint-dtsu666", "01 03 20 12 00 02 6F CE", { powerW: 10 }, "030442c80000"],
    ["schneider-iem3155", "01 03 0B F3 00 02 36 1C", { powerW: 100_000 }, "030442c80000"],
    ["acrel-adl400", "01 03 01 6A 00 02 E5 EB", { powerW: -2 }, "0304fffffffe"],
    ["acrel-adw300", "01 03 00 24 00 02 84 00", { powerW: 70_000 }, "030400011170"],
  ] as const)("totalPowerOf %s stands where its published question looks", (model, rtu, values, answer) => {
    expect(ask(model, rtu, values)).toBe(answer);
  });

  it("theImportCounterOfTheIem3155HasSixtyFourBits", () => {
    const image = registerImage(MODEL_TABLES["schneider-iem3155"], () => 5_000_000);
    const pdu = image.answer({ functionCode: 3, address: 0x0c83, quantity: 4 });
    expect(Buffer.from(pdu).readBigInt64BE(2)).toBe(5_000_000_000n);
  });

  it("theWaterTotalHasItsLowWordFirst", () => {
    const image = registerImage(MODEL_TABLES["gavazzi-vmu-mc"], () => 0x0001_0002);
    const pdu = image.answer({ functionCode: 3, address: 0, quantity: 2 });
    expect(Buffer.from(pdu).toString("hex")).toBe("030400020001");
  });

  it("waveshareInputsZeroAndSix", () => {
    expect(ask("waveshare-io-8ch", "01 02 00 00 00 08 79 CC", { input0: 1, input6: 1 })).toBe("020141");
  });

  it("tvocStandsAt0006", () => {
    expect(ask("tvoc-multi-sensor", "01 03 00 06 00 01 64 0B", { vocPpb: 300 })).toBe("0302012c");
  });
});

describe("registerImage", () => {
  it("belowZeroAndTenthsInTheGasBoard", () => {
    const image = registerImage(MODEL_TABLES["tvoc-multi-sensor"], ({ quantity }) =>
      quantity === "temperatureC" ? -12.34 : 61.26,
    );
    const pdu = image.answer({ functionCode: 3, address: 0, quantity: 2 });
    expect(Buffer.from(pdu).toString("hex")).toBe("03040265ff85");
  });

  it("vocEndsAtTheRangeOfTheBoard", () => {
    const image = registerImage(MODEL_TABLES["tvoc-multi-sensor"], () => 5000);
    expect(Buffer.from(image.answer({ functionCode: 3, address: 6, quantity: 1 })).readUInt16BE(2)).toBe(
      1000,
    );
  });

  it("holesInsideTheMeterReadAsZero", () => {
    expect(read("eastron-sdm630", 4, 0x004c, 2)).toBe("040400000000");
  });

  it("aReadMayBeginInTheMiddleOfAValue", () => {
    expect(read("eastron-sdm630", 4, 0x0001, 2)).toBe("040400003f80");
  });

  it.each([
    ["function the device does not have", "eastron-sdm630", 1, 0, 2, "8101"],
    ["more than 80 registers of the meter", "eastron-sdm630", 4, 0, 81, "8403"],
    ["behind the meter's map", "eastron-sdm630", 4, 0x0158, 2, "8402"],
    ["ninth input", "waveshare-io-8ch", 2, 1, 8, "8202"],
    ["between two ranges", "tvoc-multi-sensor", 3, 6, 2, "8302"],
  ] as const)("%s", (_, model, functionCode, address, quantity, answer) => {
    expect(read(model, functionCode, address, quantity)).toBe(answer);
  });

  it("eightyRegistersOfTheMeterAreAllowed", () => {
    expect(read("eastron-sdm630", 4, 0, 80)).toHaveLength(2 * 162);
  });
});

describe.each(MODELS)("table of %s", (model) => {
  const { areas, rows } = MODEL_TABLES[model];

  it("everyValueLiesInOneRangeOfItsFunction", () => {
    for (const row of rows) {
      const { functionCode, address } = row;
      const last = address + registersOf(row) - 1;
      const home = areas.filter(
        (area) => area.functionCode === functionCode && address >= area.from && last <= area.to,
      );
      expect(home, `address ${address}`).toHaveLength(1);
    }
  });

  it("noTwoValuesOverlap", () => {
    const taken = rows.flatMap((row) =>
      Array.from({ length: registersOf(row) }, (_, offset) => `${row.functionCode}:${row.address + offset}`),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });
});
