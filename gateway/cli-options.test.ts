import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519PublicKey } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCommandLine } from "./cli-options.ts";

const CONFIG = `
gateway: gw-000001
mode: test
dataDir: data
clock: { source: step-socket, port: 1 }
broker: { url: "mqtt://127.0.0.1:1" }
links: [{ id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: 1 }]
devices:
  - { id: meter-1, link: bus-1, unit: 1, profile: eastron/sdm630, intervalMs: 1000, supply: auxiliary }
`;

let folder: string;
let config: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-cli-"));
  config = join(folder, "gateway.yaml");
  writeFileSync(config, CONFIG);
});
afterAll(() => rmSync(folder, { recursive: true }));

const main = new URL("./dist/main.js", import.meta.url).pathname;
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("the command line", () => {
  it.each([[["run"]], [["walk", "--config", "x"]], [[]], [["run", "more", "--config", "x"]], [["--colour"]]])(
    "refuses %j",
    (args) => expect(() => parseCommandLine(args)).toThrow(/USAGE/),
  );

  it("readsWhatTheRunningGatewayIsAsked", () => {
    expect(parseCommandLine(["status", "--config", "x"])).toEqual({
      command: "status",
      config: "x",
      json: false,
    });
    expect(parseCommandLine(["status", "--config", "x", "--json"])).toMatchObject({ json: true });
    expect(parseCommandLine(["reload", "--config", "x"])).toEqual({ command: "reload", config: "x" });
    expect(() => parseCommandLine(["reload"])).toThrow(/needs --config/);
  });

  it("makesTheKeyOnceAndPrintsItsPublicHalf", () => {
    const first = run("keygen", "--config", config);
    expect(first).toEqual(run("keygen", "--config", config));
    const pem = readFileSync(join(folder, "data", "gateway.key"), "utf8");
    expect(first.stdout).toBe(`${ed25519PublicKey(pem)}\n`);
  });

  it("checksAConfigurationDownToItsReads", () => {
    expect(run("check-config", "--config", config).stdout).toMatch(
      /meter-1: bus-1 unit 1, every 1000 ms, \d+ channels in \d read\(s\)/,
    );
  });

  it("saysInOneLineWhatIsWrongAndExitsByKind", () => {
    const missing = run("run", "--config", join(folder, "none.yaml"));
    expect([missing.status, missing.stderr.trim().split("\n").length]).toEqual([2, 1]);
    const alone = run("run", "--config", config);
    expect(alone.status).toBe(1);
    expect(alone.stderr).toMatch(/^sealwatch-gateway: STEP_SOCKET_UNREACHABLE: .*127\.0\.0\.1:1.*\n$/);
  });
});
