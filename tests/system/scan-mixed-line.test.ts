import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { openPtyPair } from "./pty-pair.ts";
import { startStillSite } from "./simulated-site.ts";

const run = promisify(execFile);
const GATEWAY = fileURLToPath(new URL("../../gateway/bin/sealwatch-gateway.mjs", import.meta.url));
/** What the installer writes above a scan's fragment. */
const HEAD = `gateway: gw-000001
dataDir: ./data
`;
/** What an installer is promised for the usual settings. */
const SCAN_MAX_MS = 180_000;

/** Unit or address on the training line, and the profile that must be named for it. */
const DEVICES = [
  ["unit: 1", "chint/dtsu666"],
  ["unit: 2", "acrel/adl400"],
  ["unit: 3", "waveshare/modbus-rtu-io-8ch"],
  ["unit: 4", "waveshare/modbus-rtu-analog-input-8ch"],
  ["unit: 11", "generic/xy-md02"],
  ['address: "000123456789"', "generic/dlt645-three-phase"],
] as const;

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

it(
  "theScanNamesSixMixedDevicesOnOneLineAndExplainsTheSeventhWithinThreeMinutes",
  async () => {
    const pair = await openPtyPair();
    open.push(pair.close);
    const site = await startStillSite(
      { kind: "serial", path: pair.far, peerPath: pair.near, baud: 9600, parity: "none", turnaroundMs: 5 },
      "mixed-line",
    );
    open.push(site.close);
    const from = performance.now();
    const { stdout } = await run(process.execPath, [GATEWAY, "scan", "--serial", realpathSync(pair.near)], {
      timeout: SCAN_MAX_MS,
    });
    console.log(`scanned in ${((performance.now() - from) / 1000).toFixed(0)} s`);
    const fragment = stdout.slice(stdout.indexOf("links:"));
    for (const [place, profile] of DEVICES)
      expect(fragment).toMatch(new RegExp(`${place}\\n[ #]+profile: ${profile}\\n`));
    expect(await checked(fragment)).toContain("meter-1: bus-1 unit 1");
    expect(stdout).toMatch(/unit 23\n +not recognised\n/);
  },
  SCAN_MAX_MS + 10_000,
);

/** What check-config says of the installer's file, whose error is a rejection. */
async function checked(fragment: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sealwatch-scan-"));
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, `${HEAD}${fragment}`);
  try {
    return (await run(process.execPath, [GATEWAY, "check-config", "--config", file])).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
