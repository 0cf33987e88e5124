import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../cli-options.ts";
import { settingsOfFlags, targetOfFlags, unitsOfFlag } from "./line-flags.ts";
import { settingsText } from "./line-settings.ts";

describe("the flags of a line", () => {
  it("nameOneLine", () => {
    expect(targetOfFlags({ serial: "/dev/ttyUSB0" })).toEqual({
      kind: "serial",
      path: "/dev/ttyUSB0",
      echo: false,
    });
    expect(targetOfFlags({ tcp: "192.0.2.7" })).toEqual({ kind: "modbus-tcp", host: "192.0.2.7", port: 502 });
    expect(targetOfFlags({ "rtu-tcp": "192.0.2.7:4001", echo: true })).toMatchObject({
      port: 4001,
      echo: true,
    });
    expect(targetOfFlags({})).toBeNull();
    expect(() => targetOfFlags({ tcp: "a", serial: "b" })).toThrow(/one line/);
    expect(() => targetOfFlags({ "rtu-tcp": "192.0.2.7" })).toThrow(/host:port/);
  });

  it("combineSpeedsAndParities", () => {
    const all = settingsOfFlags({ baud: "9600,19200", parity: "even,odd" })?.map(settingsText);
    expect(all).toEqual(["9600 8E1", "9600 8O1", "19200 8E1", "19200 8O1"]);
    expect(settingsOfFlags({ baud: "2400" })?.map(settingsText)).toEqual(["2400 8N1", "2400 8E1"]);
    expect(settingsOfFlags({})).toBeUndefined();
    expect(() => settingsOfFlags({ baud: "9601" })).toThrow(/choose of/);
  });

  it("listUnits", () => {
    expect(unitsOfFlag("1-3,40")).toEqual([1, 2, 3, 40]);
    for (const wrong of ["", "0-256", "5-2", "a"]) expect(() => unitsOfFlag(wrong)).toThrow(/USAGE/);
  });
});

describe("the tools' command lines", () => {
  it.each([
    [["scan"]],
    [["scan", "--tcp", "192.0.2.7", "--config", "x"]],
    [["scan", "--tcp", "192.0.2.7", "--timeout", "5"]],
    [["read", "--config", "x"]],
    [["read", "--tcp", "192.0.2.7", "--unit", "1"]],
    [["read", "--serial", "/dev/ttyUSB0", "--address", "123", "--profile", "generic/dlt645-single-phase"]],
    [["watch"]],
    [["watch", "--config", "x", "--rounds", "0"]],
    [["doctor"]],
  ])("refuses %j", (args) => expect(() => parseCommandLine(args)).toThrow(/USAGE/));

  it("takeALineOrAConfiguration", () => {
    expect(parseCommandLine(["scan", "--config", "x", "--link", "bus-2", "--units", "1"])).toMatchObject({
      line: { config: "x", link: "bus-2" },
      units: [1],
    });
    expect(parseCommandLine(["read", "meter-1", "--config", "x"])).toMatchObject({ device: "meter-1" });
  });
});
