import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { type ReaderQuestion, readWithPymodbus } from "./foreign-reader.ts";
import { openPtyPair } from "./pty-pair.ts";

const SIMULATOR = fileURLToPath(new URL("../../firmware-sim/bin/sealwatch-sim.mjs", import.meta.url));
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The command itself on one end of a pty pair; gives the other end. */
async function simulate(...flags: string[]) {
  const pair = await openPtyPair();
  open.push(pair.close);
  const args = ["--scenario", "mixed-line", "--serial", pair.far, "--peer", pair.near, ...flags];
  const child = spawn(process.execPath, [SIMULATOR, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  open.push(() => ended(child));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  expect(JSON.parse(line.toString()).listening.serial).toBe(pair.far);
  return { path: pair.near, child };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill("SIGTERM");
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

const METER: ReaderQuestion = { unit: 1, functionCode: 3, address: 0x2006, quantity: 2 };
const CONTACTS: ReaderQuestion = { unit: 3, functionCode: 2, address: 0, quantity: 3 };
const NOBODY = [[-255]];

it("theCommandServesItsLineOnASerialPortAndEndsCleanly", async () => {
  const { path, child } = await simulate("--transport", "modbus-rtu");
  const target = { kind: "rtu" as const, path, baud: 9600, parity: "none" as const };
  expect((await readWithPymodbus(target, [CONTACTS]))[0]).toEqual([1, 1, 1]);
  expect(await ended(child)).toBe(0);
});

it("devicesAnswerOnlyWhoAsksAtTheirRate", async () => {
  const { path } = await simulate("--transport", "modbus-rtu", "--baud", "4800");
  const at = (baud: number) => ({ kind: "rtu" as const, path, baud, parity: "none" as const });
  expect(await readWithPymodbus(at(9600), [METER])).toEqual(NOBODY);
  expect((await readWithPymodbus(at(4800), [METER]))[0]).toHaveLength(2);
});

it("aMeterOfDlt645AnswersOnTheSameLine", async () => {
  const { path } = await simulate("--transport", "dlt645", "--baud", "2400");
  execFileSync("stty", ["-F", path, "2400", "raw", "-echo"]);
  const script = [
    "import sys, serial",
    "port = serial.Serial(sys.argv[1], 2400, timeout=10)",
    "port.write(bytes.fromhex('68AAAAAAAAAAAA681300DF16'))",
    "print(port.read(22).hex())",
  ].join("\n");
  const heard = execFileSync("/usr/bin/python3", ["-c", script, path]).toString().trim();
  expect(heard).toBe("fefefefe" + "68896745230100689306bc9a785634334d16");
});
