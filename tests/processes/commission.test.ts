import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectWithin, measuredAgain } from "../rig/measured-again.ts";
import { type ProductProcess, startProduct } from "../rig/product-process.ts";

const manifest = createRequire(import.meta.url).resolve("@sealwatch/gateway/package.json");
const gateway = join(dirname(manifest), "dist", "main.js");
/** From Ctrl-C to the end of the process, on a busy machine. */
const STOP_MAX_MS = 1_500;
/** The plant has this machine not to itself. */
const PATIENTLY = ["--timeout", "5000"];

let folder: string;
let plant: ProductProcess;
let modbusPort: number;
/** Accepts and says nothing: a broker for the doctor, and a line on which nobody answers. */
let mute: Server;
let mutePort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-commission-"));
  plant = startProduct("firmware-sim", ["--scenario", "night-restart", "--seed", "7", "--port", "0"]);
  modbusPort = (await plant.listening)["modbusPort"] ?? 0;
  mute = createServer((socket) => socket.on("error", () => socket.destroy()).resume());
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  const address = mute.address();
  mutePort = typeof address === "object" && address ? address.port : 0;
});
afterAll(async () => {
  await plant.stop();
  mute.close();
  rmSync(folder, { recursive: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [gateway, ...args]);
  const said = { out: "", progress: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.progress += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code: Number(code), ...said }));
  return { child, ended };
}

const run = (...args: string[]) => start(...args).ended;

function configured(fragment: string, brokerPort = mutePort): string {
  const file = join(folder, "gateway.yaml");
  const head = `gateway: gw-000001\nmode: test\ndataDir: data\nbroker: { url: "mqtt://127.0.0.1:${brokerPort}" }\n`;
  writeFileSync(file, `${head}${fragment}`);
  return file;
}

const fragmentOf = (out: string) => out.slice(out.indexOf("\nlinks:") + 1);

describe("an installer's tools, at a simulated plant", () => {
  it("scanNamesEveryDeviceAndItsYamlIsAConfiguration", async () => {
    const scan = await run("scan", "--tcp", `127.0.0.1:${modbusPort}`, "--units", "1-4", ...PATIENTLY);
    expect(scan.code).toBe(0);
    expect(scan.out).toMatch(/unit 1\n +\d\d % eastron\/sdm630/);
    expect(scan.out).toMatch(/unit 2\n +\d\d % waveshare\/modbus-rtu-io-8ch/);
    expect(scan.out).toMatch(/unit 3\n +\d\d % generic\/tvoc-board/);
    expect(scan.out).not.toContain("unit 4\n");
    expect(scan.progress).toMatch(/question 1 of 4, 0 found, \d+ s left/);
    const checked = await run("check-config", "--config", configured(fragmentOf(scan.out)));
    expect(checked).toMatchObject({ code: 0, progress: "" });
    expect(checked.out).toContain("contacts-2");
  });

  it("readShowsValuesQualityBytesAndWhatFitsTogether", async () => {
    const line = ["--tcp", `127.0.0.1:${modbusPort}`];
    const read = await run("read", ...line, "--unit", "1", "--profile", "eastron/sdm630");
    expect(read.code).toBe(0);
    expect(read.out).toMatch(/voltage-l1 +2\d\d\.\d V\n/);
    expect(read.out).toMatch(/sent {5}01 04 00 00 00/);
    expect(read.out).toMatch(/received (?:[0-9A-F]{2} ){20}/);
    const silent = await run("read", ...line, "--unit", "9", "--profile", "eastron/sdm630");
    expect(silent.code).toBe(1);
    expect(silent.out).toMatch(/voltage-l1 +no-answer\n/);
  });

  it("watchWritesALineADeviceAndRound", async () => {
    const scan = await run("scan", "--tcp", `127.0.0.1:${modbusPort}`, "--units", "1-3", ...PATIENTLY);
    const file = configured(fragmentOf(scan.out));
    const watch = await run("watch", "--config", file, "--every", "100", "--rounds", "2");
    expect(watch.code).toBe(0);
    const devices = watch.out.split("\n").map((line) => line.split(" ")[1]);
    expect(devices.slice(0, 6)).toEqual([..."12"].flatMap(() => ["meter-1", "contacts-2", "gas-3"]));
  });

  it("doctorSaysWhatToMend", async () => {
    const links = `links: [{ id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: ${modbusPort}, timeoutMs: 10000 }]\n`;
    const device =
      "devices: [{ id: meter-1, link: bus-1, unit: 1, profile: eastron/sdm630, intervalMs: 1000, supply: auxiliary }]\n";
    await run("keygen", "--config", configured(links + device));
    const well = await run("doctor", "--config", configured(links + device));
    expect(well).toMatchObject({ code: 0, out: expect.stringMatching(/ok {3}key: .*\n/) });
    expect(well.out).toMatch(/ok {3}link bus-1: .*\n/);
    const broken = await run("doctor", "--config", configured(links + device, 1));
    expect(broken).toMatchObject({
      code: 1,
      out: expect.stringMatching(/FAIL broker: .*ECONNREFUSED\n +→ /),
    });
  });

  it("scanSaysThatALineIsNotThere", async () => {
    const scan = await run("scan", "--tcp", "127.0.0.1:1", "--units", "1-3");
    expect(scan).toMatchObject({ code: 1, out: expect.stringContaining("the line could not be opened") });
  });

  it("ctrlCEndsAScanAtOnceWithWhatWasFound", () =>
    measuredAgain(async () => {
      const connected = once(mute, "connection");
      const { child, ended } = start("scan", "--tcp", `127.0.0.1:${mutePort}`, "--timeout", "30000");
      await connected;
      const atMs = performance.now();
      child.kill("SIGINT");
      const { code, out } = await ended;
      const tookMs = performance.now() - atMs;
      expect(code).toBe(130);
      expect(out).toContain("stopped before the end");
      expectWithin(STOP_MAX_MS, "the end", tookMs);
    }));
});
