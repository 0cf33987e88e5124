import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { seededRandom, silentLogger, systemClock } from "@sealwatch/platform";
import { QUALITY } from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gpiogetArguments, gpioInputs } from "./gpio-inputs.ts";
import { ImageLink } from "./image-link.ts";

const CONFIG = {
  id: "inputs",
  kind: "gpio",
  chip: "/dev/gpiochip0",
  lines: { "in-1": 17, "in-2": 27, "in-4": 22 },
  bias: "pull-up",
  activeLow: true,
  timeoutMs: 30_000,
} as const;
const READ = { functionCode: 2, address: 0, quantity: 4 } as const;

const pathBefore = process.env["PATH"] ?? "";
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gpioget-"));
});
afterEach(() => {
  process.env["PATH"] = pathBefore;
  rmSync(folder, { recursive: true });
});

/** The kernel's tool as a script: says its version, notes its arguments, and answers. */
function installTool(version: string, answer: string): void {
  const file = join(folder, "gpioget");
  const script = [
    "#!/bin/sh",
    `if [ "$1" = --version ]; then echo "gpioget (libgpiod) ${version}"; exit 0; fi`,
    `echo "$@" >> ${join(folder, "asked")}`,
    answer,
  ];
  writeFileSync(file, `${script.join("\n")}\n`);
  chmodSync(file, 0o755);
  process.env["PATH"] = `${folder}${delimiter}${pathBefore}`;
}
const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

describe("the lines of a GPIO chip", () => {
  it.each([
    ["v1.6.3", "--bias=pull-up --active-low /dev/gpiochip0 17 27 22"],
    ["v2.2.1", "--bias=pull-up --active-low --numeric --chip /dev/gpiochip0 17 27 22"],
  ])("are discrete inputs, read at once by gpioget %s", async (version, expected) => {
    installTool(version, "echo 1 0 1");
    const read = gpioInputs(CONFIG);
    expect(await read(READ)).toEqual({ values: [1, 0, 0, 1] });
    expect(await read({ ...READ, quantity: 2 }).catch(() => "refused")).toBe("refused");
    expect(asked()[0]).toBe(expected);
  });

  it("are left as they are where no resistor is wanted", () => {
    const plain = { chip: "/dev/gpiochip1", bias: "as-is", activeLow: false } as const;
    expect(gpiogetArguments(plain, [5], 1)).toEqual(["/dev/gpiochip1", "5"]);
  });

  it("that no input was given are an illegal address, and no tool is started", async () => {
    installTool("v1.6.3", "echo 1");
    const read = gpioInputs(CONFIG);
    expect(await read({ functionCode: 2, address: 2, quantity: 1 })).toEqual({ quality: 18 });
    expect(await read({ functionCode: 4, address: 0, quantity: 1 })).toEqual({ quality: 18 });
    expect(asked).toThrow();
  });

  it.each([
    ["there is no tool", null, /GPIO_UNREADABLE|install package gpiod/],
    [
      "it may not",
      "echo 'gpioget: unable to request lines: Permission denied' >&2; exit 1",
      /Permission denied/,
    ],
    ["it says nonsense", "echo maybe 0 1", /gpioget says maybe/],
  ])("are no answer when %s, and the link is down until they are", async (_, answer, why) => {
    if (answer === null) process.env["PATH"] = folder;
    else installTool("v2.2.1", answer);
    await expect(gpioInputs(CONFIG)(READ)).rejects.toThrow(why);
    await expect(gpioInputs(CONFIG)(READ)).rejects.toMatchObject({ code: "GPIO_UNREADABLE" });
    const parts = {
      clock: systemClock,
      lineClock: systemClock,
      random: seededRandom(1),
      log: silentLogger(),
    };
    const link = new ImageLink("inputs", gpioInputs(CONFIG), parts);
    const ask = () => link.transact({ kind: "modbus-read", unit: 0, read: READ });
    expect(await ask()).toMatchObject({ quality: QUALITY.noAnswer });
    expect(link.stats().up).toBe(false);
    installTool("v2.2.1", "echo 0 0 1");
    expect(await ask()).toMatchObject({ values: [0, 0, 0, 1] });
    expect(link.stats().up).toBe(true);
    await link.close();
  });
});
