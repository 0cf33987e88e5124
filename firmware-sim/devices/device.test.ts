import { encodeModbusRead } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { Plant } from "../plant/plant.ts";
import { loadScenario } from "../scenarios/load-scenario.ts";
import { createDevice } from "./device.ts";

const START_MS = Date.parse("2026-01-15T23:00:00+08:00");

/** One device of a site, that with all of them unless told, and the plant it measures. */
function hang(id: string, site = "all-devices") {
  const scenario = loadScenario(site);
  const plant = new Plant(scenario.plant, 3, START_MS);
  const config = scenario.devices.find((device) => device.id === id);
  if (!config) throw new Error(`no ${id}`);
  const device = createDevice(config, plant);
  const ask = (hex: string) => {
    const reply = device.modbus(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    return reply ? Buffer.from(reply.answer).toString("hex") : null;
  };
  const read = (functionCode: 3 | 4, address: number, quantity: number) =>
    Buffer.from(device.modbus(encodeModbusRead({ functionCode, address, quantity }))?.answer ?? []).subarray(
      2,
    );
  return { plant, device, ask, read };
}

describe("device identification", () => {
  it("theIem3155NamesItself", () => {
    const answer = Buffer.from(hang("iem3155").ask("2b 0e 01 00") ?? "", "hex");
    expect([...answer.subarray(0, 7)]).toEqual([0x2b, 0x0e, 1, 0x81, 0, 0, 3]);
    expect(answer.toString("latin1")).toContain("Schneider Electric");
    expect(answer.toString("latin1")).toContain("METSEIEM3155");
  });

  it.each([
    ["one object", "iem3155", "2b 0e 04 01", "2b0e0481000001010c4d4554534549454d33313535"],
    ["an object it does not have", "iem3155", "2b 0e 04 09", "ab02"],
    ["a code that does not exist", "iem3155", "2b 0e 07 00", "ab03"],
    ["a device without it", "sdm630", "2b 0e 01 00", "ab01"],
  ])("%s", (_, id, question, answer) => {
    expect(hang(id).ask(question)).toBe(answer);
  });
});

describe("tampering", () => {
  it("aSwappedMeterHasAnotherSerialNumberAndCountsFromZero", () => {
    const { plant, device, read } = hang("sdm630");
    expect(read(3, 0xfc00, 2).readUInt32BE()).toBe(21_060_101);
    expect(read(4, 0x48, 2).readFloatBE()).toBeCloseTo(3120.6, 1);
    device.fault("meter-swap", 77);
    expect(read(3, 0xfc00, 2).readUInt32BE()).toBe(77);
    expect(read(4, 0x48, 2).readFloatBE()).toBe(0);
    plant.advance(START_MS + 3_600_000);
    expect(read(4, 0x48, 2).readFloatBE()).toBeGreaterThan(0.3);
  });

  it("anotherCtRatioIsShownWhileTheSecondarySideStaysAsWired", () => {
    const { device, read } = hang("adl400");
    const currents = read(3, 0x64, 3).toString("hex");
    device.fault("ct-ratio", 5);
    expect(read(3, 0x8e, 1).readUInt16BE()).toBe(5);
    expect(read(3, 0x64, 3).toString("hex")).toBe(currents);
    device.restore();
    expect(read(3, 0x8e, 1).readUInt16BE()).toBe(5);
  });
});

describe("a DL/T 645 meter", () => {
  const ADDRESS = "201000000012";

  /** The bytes of an identifier, in as many frames as it takes. */
  function readAll(device: ReturnType<typeof hang>["device"], di: string) {
    const identifier = Buffer.from(di, "hex").reverse();
    const bytes: number[] = [];
    const controls: number[] = [];
    for (let sequence = 0; sequence < 16; sequence++) {
      const data = Uint8Array.of(...identifier, ...(sequence > 0 ? [sequence] : []));
      const answer = device.dlt645({ address: ADDRESS, control: sequence > 0 ? 0x12 : 0x11, data })?.answer;
      if (!answer) throw new Error(`${di} is not answered`);
      controls.push(answer.control);
      expect(answer.data.length).toBeLessThanOrEqual(200);
      if (sequence > 0) expect(answer.data.at(-1)).toBe(sequence);
      bytes.push(...answer.data.subarray(4, sequence > 0 ? -1 : undefined));
      if ((answer.control & 0x20) === 0) break;
    }
    return { digits: Buffer.from(bytes.toReversed()).toString("hex"), bytes, controls };
  }

  it("tellsRatiosAndNumbersAndShowsThatTheyWereChanged", () => {
    const { device } = hang("three-phase");
    const digits = (di: string) => readAll(device, di).digits;
    expect([digits("04000306"), digits("04000307")]).toEqual(["000001", "000001"]);
    expect(digits("04000401")).toBe(ADDRESS);
    expect(digits("04000402")).toBe("000021060112");
    expect(Buffer.from(digits("04000403"), "hex").toString("latin1")).toBe("21060112".padStart(32, "0"));
    device.fault("ct-ratio", 40);
    device.fault("meter-swap", 77);
    expect(digits("04000306")).toBe("000040");
    expect(digits("04000402")).toBe("000000000077");
    expect(digits("00010000")).toBe("00000000");
  });

  it("showsAClockThatWasSetUntilItIsSetAgain", () => {
    const { device } = hang("three-phase");
    const clock = () => [readAll(device, "04000101").digits, readAll(device, "04000102").digits];
    // A Thursday, 23:00 local time.
    expect(clock()).toEqual(["26011504", "230000"]);
    device.fault("clock-set", 5400);
    device.restore();
    expect(clock()).toEqual(["26011605", "003000"]);
    device.fault("clock-set", 0);
    expect(clock()).toEqual(["26011504", "230000"]);
  });

  it("givesTheTariffsOfItsCounterInTwoFramesAndRefusesAThird", () => {
    const { device } = hang("three-phase");
    const { bytes, controls } = readAll(device, "0001FF00");
    expect(controls).toEqual([0xb1, 0x92]);
    expect(bytes).toHaveLength(64 * 4);
    const total = readAll(device, "00010000").bytes;
    expect(bytes.slice(0, 8)).toEqual([...total, ...total]);
    const third = { address: ADDRESS, control: 0x12, data: Uint8Array.of(0, 0xff, 1, 0, 2) };
    expect(device.dlt645(third)?.answer).toMatchObject({ control: 0xd2, data: Uint8Array.of(2) });
  });
});

describe("current loops", () => {
  const milliamperes = ({ read }: ReturnType<typeof hang>, input: number) =>
    read(4, input, 1).readUInt16BE() / 1000;

  it("aSupervisedSealShowsClosedOpenCutAndShorted", () => {
    const site = hang("loops");
    const seen = [milliamperes(site, 0)];
    for (const verb of ["open", "cut", "short", "mend"] as const) {
      site.plant.apply({ do: verb, what: "seal-s1" });
      seen.push(milliamperes(site, 0));
    }
    expect(seen).toEqual([12, 8, 0, 20.6, 8]);
  });

  it("aTransmitterSpansFourToTwentyAndACutWireShowsNothing", () => {
    const site = hang("loops");
    const share = site.plant.measurands.vocPpb / 50_000;
    expect(milliamperes(site, 1)).toBeCloseTo(4 + 16 * share, 2);
    site.plant.apply({ do: "cut", what: "pid-loop" });
    expect(milliamperes(site, 1)).toBe(0);
  });
});

describe("meters agree with the plant", () => {
  it("threePhasesOfTheDtsu666AddUpAndFollowVoltageCurrentAndPowerFactor", () => {
    const { read } = hang("dtsu666");
    const at = (address: number, scale: number) => read(3, address, 2).readFloatBE() / scale;
    const powers = [0x2014, 0x2016, 0x2018].map((address) => at(address, 10));
    expect(powers.reduce((sum, watts) => sum + watts, 0)).toBeCloseTo(at(0x2012, 10), 1);
    for (const [phase, watts] of powers.entries()) {
      const [volts, amperes] = [at(0x2006 + 2 * phase, 10), at(0x200c + 2 * phase, 1000)];
      expect(volts * amperes * at(0x202c + 2 * phase, 1000)).toBeCloseTo(watts, 1);
    }
    expect(at(0x2000, 10) / at(0x2006, 10)).toBeCloseTo(Math.sqrt(3), 1);
  });

  it("waterIsCountedWhileThePumpRuns", () => {
    const { plant, read } = hang("water");
    const litres = () => {
      const total = read(3, 0, 2);
      return total.readUInt16BE(2) * 0x10000 + total.readUInt16BE(0);
    };
    plant.advance(START_MS + 3_600_000);
    expect(litres()).toBe(411_200);
    plant.apply({ do: "start", what: "pump" });
    plant.advance(START_MS + 7_200_000);
    expect(litres()).toBe(412_100);
  });

  it("aMeterOfAFeederShowsThatFeederAndASwappedOneCountsItFromZero", () => {
    const { plant, device, read } = hang("process-meter", "quiet-two-feeders");
    const powerW = () => read(4, 0x34, 2).readFloatBE();
    const kwh = () => read(4, 0x48, 2).readFloatBE();
    expect(powerW()).toBeCloseTo(plant.measure("powerW", "process"), 3);
    expect(kwh()).toBeCloseTo(9120.4, 1);
    plant.apply({ do: "start", what: "dosing-pump" });
    plant.advance(START_MS + 3_600_000);
    expect(powerW()).toBeGreaterThan(1_000);
    expect(powerW()).toBeLessThan(1_250);
    expect(read(4, 0, 2).readFloatBE()).toBeCloseTo(plant.measurands.voltageL1V, 3);
    device.fault("meter-swap", 78);
    expect(kwh()).toBe(0);
  });

  it("theFlowOfTheUltrasonicMeterHasItsLowWordFirst", () => {
    const { plant, read } = hang("flow");
    const word = (address: number, quantity: number) => read(3, address, quantity);
    const m3PerHour = () => Buffer.concat([word(1, 1), word(0, 1)]).readFloatBE();
    expect(m3PerHour()).toBe(0);
    plant.apply({ do: "tap", what: "water", value: 90 });
    expect(m3PerHour()).toBeCloseTo(0.09, 6);
    plant.apply({ do: "start", what: "pump" });
    expect(m3PerHour()).toBeCloseTo(0.99, 6);
    expect(Buffer.concat([word(7, 1), word(6, 1)]).readFloatBE()).toBe(1482);
    expect(Buffer.concat([word(0x61, 1), word(0x60, 1)]).readFloatBE()).toBe(100);
  });
});
