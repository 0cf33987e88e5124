import { describe, expect, it } from "vitest";
import { parseCliOptions } from "./cli-options.ts";

describe("command line", () => {
  it("withoutFlagsItIsTheDemoRestartOnLoopback", () => {
    expect(parseCliOptions([])).toMatchObject({
      scenario: "night-restart",
      seed: 1,
      speed: 1,
      transport: { kind: "modbus-tcp", host: "127.0.0.1", port: 1502 },
      startMs: null,
      step: null,
      waitTrigger: false,
    });
  });

  it("steppedTimeUntilNow", () => {
    const args =
      "--mode demo --step-port 0 --until-now --wait-trigger --start 2026-01-15T23:30:00+08:00 --seed 42";
    expect(parseCliOptions(args.split(" "))).toMatchObject({
      seed: 42,
      startMs: Date.UTC(2026, 0, 15, 15, 30),
      step: { port: 0, untilNow: true, jitterMs: 0 },
      waitTrigger: true,
    });
  });

  it("aSerialLineTakesTheUsualRateOfItsProtocolUnlessToldOtherwise", () => {
    const of = (line: string) => parseCliOptions(line.split(" ")).transport;
    expect(of("--transport modbus-rtu --serial /dev/ttyS0")).toEqual({
      kind: "serial",
      path: "/dev/ttyS0",
      peerPath: null,
      baud: 9600,
      parity: "none",
      turnaroundMs: 5,
    });
    expect(of("--transport dlt645 --serial /dev/ttyS0")).toMatchObject({ baud: 2400, parity: "even" });
    expect(of("--transport modbus-rtu-tcp --port 0 --baud 19200 --parity odd --turnaround 30")).toEqual({
      kind: "line-tcp",
      host: "127.0.0.1",
      port: 0,
      baud: 19_200,
      parity: "odd",
      turnaroundMs: 30,
    });
  });

  it.each([
    ["--port 70000", "--port"],
    ["--port -1", "arguments"],
    ["--seed x", "--seed"],
    ["--speed 0", "--speed"],
    ["--speed fast", "--speed"],
    ["--start yesterday", "--start"],
    ["--start 2026-01-15T23:30:00", "--start"],
    ["--step-port 0", "--mode demo or --mode test"],
    ["--mode live", "--mode"],
    ["--until-now", "--until-now"],
    ["--wait-trigger", "--wait-trigger"],
    ["--mode test --step-port 0 --speed 5", "--speed"],
    ["--transport modem", "--transport"],
    ["--transport modbus-rtu", "--serial"],
    ["--transport dlt645 --serial /dev/ttyS0 --port 5", "--port"],
    ["--transport modbus-tcp --serial /dev/ttyS0", "--serial"],
    ["--baud 9600", "--baud"],
    ["--transport modbus-rtu-tcp --baud 0", "--baud"],
    ["--transport modbus-rtu-tcp --parity mark", "--parity"],
    ["--sped 3", "--sped"],
    ["quiet", "quiet"],
  ])("%s is refused in one line naming the flag", (line, named) => {
    expect(() => parseCliOptions(line.split(" "))).toThrow("FLAG_INVALID");
    expect(() => parseCliOptions(line.split(" "))).toThrow(named);
    expect(() => parseCliOptions(line.split(" "))).not.toThrow("\n");
  });
});
