import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../dist/demo/main.js", import.meta.url));
const FREE_PORTS = ["--http-port", "0", "--mqtt-port", "0", "--modbus-port", "0"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-demo-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function startDemo(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: folder },
  });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({
    code: code as number,
    complaint: complaint.trim(),
  }));
  return { child, ended };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("npm run demo", { timeout: 180_000 }, () => {
  it.each([
    ["an unknown scenario", ["--scenario", "moon"], /--scenario moon: choose one of .*night-restart/],
    ["an unknown option", ["--colour"], /--colour/],
    [
      "a port that is none",
      ["--http-port", "http"],
      /--http-port http: write a whole number from 0 to 65535/,
    ],
    ["a folder that cannot be written", ["--data", `${MAIN}/data`], /cannot write to .*: ENOTDIR/],
  ])("%s is one clear line and exit 2", async (_what, args, line) => {
    const { code, complaint } = await startDemo([...args]).ended;
    expect(complaint).toMatch(line);
    expect(complaint.split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it("aFolderThatHoldsSomethingIsLeftAlone", async () => {
    writeFileSync(join(folder, "precious.txt"), "keep");
    const { code, complaint } = await startDemo(["--data", folder]).ended;
    expect(complaint).toMatch(/the folder is not empty/);
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual(["precious.txt"]);
  });

  it.each(["--http-port", "--mqtt-port", "--modbus-port"])("a taken %s is one clear line", async (option) => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const { code, complaint } = await startDemo([...FREE_PORTS, option, String(port)]).ended;
    taken.close();
    expect(complaint).toMatch(
      new RegExp(`PORT_IN_USE: port ${port} on 127\\.0\\.0\\.1 is (already )?in use`),
    );
    expect(complaint.split("\n")).toHaveLength(1);
    expect(code).toBe(1);
  });

  it("anInterruptStopsEverythingAndLeavesNothingBehind", async () => {
    const { child, ended } = startDemo(FREE_PORTS);
    const pids: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const pid = /\(pid (\d+)\)/.exec(line)?.[1];
      if (pid) pids.push(Number(pid));
      if (pids.length === 3) break;
    }
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
