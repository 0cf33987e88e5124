import { describe, expect, it } from "vitest";
import { parseCliOptions } from "./cli-options.ts";

describe("command line", () => {
  it("withoutFlagsItIsTheDemoRestartOnLoopback", () => {
    expect(parseCliOptions([])).toMatchObject({
      scenario: "night-restart",
      seed: 1,
      speed: 1,
      host: "127.0.0.1",
      modbusPort: 1502,
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
      step: { port: 0, untilNow: true },
      waitTrigger: true,
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
    ["--sped 3", "--sped"],
    ["quiet", "quiet"],
  ])("%s is refused in one line naming the flag", (line, named) => {
    expect(() => parseCliOptions(line.split(" "))).toThrow("FLAG_INVALID");
    expect(() => parseCliOptions(line.split(" "))).toThrow(named);
    expect(() => parseCliOptions(line.split(" "))).not.toThrow("\n");
  });
});
