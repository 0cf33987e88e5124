import { silentLogger } from "@sealwatch/platform";
import { encodeModbusRead } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { loadScenario } from "./scenarios/load-scenario.ts";
import { Simulation } from "./simulation.ts";

const START_MS = Date.parse("2026-01-15T23:00:00+08:00");
const METER = 1;
const CONTACTS = 2;
const GAS = 3;
const READ_POWER = encodeModbusRead({ functionCode: 4, address: 0x0034, quantity: 2 });
const READ_INPUTS = encodeModbusRead({ functionCode: 2, address: 0, quantity: 8 });
const READ_VOC = encodeModbusRead({ functionCode: 3, address: 6, quantity: 1 });

function simulate(name: string, seed = 1) {
  const simulation = new Simulation(loadScenario(name), seed, START_MS, silentLogger());
  const answer = (unit: number, pdu: Uint8Array, atMs: number) => {
    const reply = simulation.modbus(unit, pdu, START_MS + atMs);
    return reply ? Buffer.from(reply.answer) : null;
  };
  return {
    trigger: (atMs: number) => simulation.trigger(START_MS + atMs),
    powerW: (atMs: number) => answer(METER, READ_POWER, atMs)?.readFloatBE(2) ?? null,
    inputs: (atMs: number) => answer(CONTACTS, READ_INPUTS, atMs)?.[2] ?? null,
    vocPpb: (atMs: number) => answer(GAS, READ_VOC, atMs)?.readUInt16BE(2) ?? null,
    answer,
  };
}

describe("simulation", () => {
  it("withAnAnswerLogEachAnswerOfAMeterHasItsNumber", () => {
    const given: string[] = [];
    const answers = {
      next: (unit: number) => {
        given.push(`${unit}`);
        return given.length;
      },
    };
    const simulation = new Simulation(loadScenario("quiet"), 1, START_MS, silentLogger(), answers);
    const energyOf = (atMs: number) => {
      const pdu = encodeModbusRead({ functionCode: 4, address: 0x0048, quantity: 2 });
      const reply = simulation.modbus(METER, pdu, START_MS + atMs);
      return reply ? Buffer.from(reply.answer).readFloatBE(2) : null;
    };
    expect([energyOf(0), energyOf(1), energyOf(2)].map((energy) => Math.round((energy ?? 0) * 100))).toEqual([
      1, 2, 3,
    ]);
    expect(given).toEqual(["1", "1", "1"]);
  });

  it("nightRestartOpensSealAndDoorThenStartsBothMachines", () => {
    const site = simulate("night-restart");
    expect(site.inputs(0)).toBe(0b0001_1111);
    site.trigger(60_000);
    expect(site.inputs(60_000)).toBe(0b0001_0101);
    expect(site.powerW(64_000)).toBeLessThan(900);
    expect(site.powerW(69_500)).toBeGreaterThan(6_000);
    expect(site.powerW(90_000)).toBeGreaterThan(26_000);
    const soonPpb = site.vocPpb(90_000) ?? 0;
    expect(site.vocPpb(360_000)).toBeGreaterThan(soonPpb + 150);
  });

  it("nothingHappensBeforeTheTrigger", () => {
    const site = simulate("night-restart");
    expect(site.inputs(86_400_000)).toBe(0b0001_1111);
    expect(site.powerW(86_400_000)).toBeLessThan(900);
  });

  it("anActionComesAtItsOwnMomentHoweverSeldomTheSiteIsRead", () => {
    const energyAfterAnHour = (reads: readonly number[]) => {
      const site = simulate("single-pump");
      site.trigger(0);
      for (const atMs of reads) site.powerW(atMs);
      const pdu = encodeModbusRead({ functionCode: 4, address: 0x0048, quantity: 2 });
      return site.answer(METER, pdu, 3_600_000)?.readFloatBE(2) ?? 0;
    };
    const often = energyAfterAnHour(Array.from({ length: 60 }, (_, minute) => minute * 60_000));
    expect(Math.abs(often - energyAfterAnHour([]))).toBeLessThan(0.1);
  });

  it("aSilentMeterAnswersNothingWhileTheOthersDo", () => {
    const site = simulate("meter-silent");
    expect(site.powerW(0)).toBeGreaterThan(300);
    site.trigger(1_000);
    expect(site.powerW(2_000)).toBeNull();
    expect(site.inputs(2_000)).toBe(0b0001_1111);
  });

  it("aMeterFedByItsLineGoesDarkWithIt", () => {
    const scenario = loadScenario("quiet");
    const timeline = [
      { at: 0, do: "power-off", what: "mains" },
      { at: 5_000, do: "power-on", what: "mains" },
    ] as const;
    const simulation = new Simulation({ ...scenario, timeline: [...timeline] }, 1, START_MS, silentLogger());
    simulation.trigger(START_MS);
    expect(simulation.modbus(METER, READ_POWER, START_MS + 1_000)).toBeNull();
    expect(simulation.modbus(CONTACTS, READ_INPUTS, START_MS + 1_000)?.answer[2]).toBe(0b0000_1111);
    expect(simulation.modbus(METER, READ_POWER, START_MS + 6_000)).not.toBeNull();
  });

  it("sameSeedAndReadsGiveTheSameRegisters", () => {
    const [one, two] = [simulate("night-restart", 9), simulate("night-restart", 9)];
    one.trigger(0);
    two.trigger(0);
    const whole = encodeModbusRead({ functionCode: 4, address: 0, quantity: 80 });
    for (let atMs = 0; atMs < 3_600_000; atMs += 61_000)
      expect(one.answer(METER, whole, atMs)).toEqual(two.answer(METER, whole, atMs));
  });

  it("anUnknownUnitIsSilent", () => {
    expect(simulate("quiet").answer(17, READ_POWER, 0)).toBeNull();
  });
});
