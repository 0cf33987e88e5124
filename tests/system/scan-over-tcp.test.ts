import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startStillSite } from "./simulated-site.ts";

const run = promisify(execFile);
const GATEWAY = fileURLToPath(new URL("../../gateway/bin/sealwatch-gateway.mjs", import.meta.url));
const SCAN_MAX_MS = 120_000;
/** One answer of a simulator that has this machine not to itself. */
const ANSWER_MAX_MS = 10_000;

/** Every Modbus device of `all-devices`, by unit. */
const PROFILES = [
  "eastron/sdm630",
  "eastron/sdm72",
  "eastron/sdm120",
  "chint/dtsu666",
  "schneider/iem3155",
  "acrel/adl400",
  "acrel/adw300",
  "inepro/pro380",
  "janitza/b23",
  "waveshare/modbus-rtu-io-8ch",
  "waveshare/modbus-rtu-analog-input-8ch",
  "generic/tvoc-board",
  "evikon/e2638-pid",
  "generic/xy-md02",
  "carlo-gavazzi/vmu-mc",
  "generic/tuf-2000m",
];

it(
  "theScanNamesEveryDeviceBehindModbusTcpAndHearsWhatOneSaysOfItself",
  async () => {
    const site = await startStillSite({ kind: "modbus-tcp", host: "127.0.0.1", port: 0 });
    try {
      const { stdout } = await run(
        process.execPath,
        [
          GATEWAY,
          "scan",
          "--tcp",
          `127.0.0.1:${site.port}`,
          "--units",
          "1-16",
          "--timeout",
          String(ANSWER_MAX_MS),
        ],
        { timeout: SCAN_MAX_MS },
      );
      const named = [...stdout.matchAll(/unit: (\d+)\n +profile: (\S+)\n/g)].map(([, unit, name]) => [
        unit,
        name,
      ]);
      expect(named).toEqual(PROFILES.map((name, index) => [String(index + 1), name]));
      expect(stdout).toContain('it says vendor "Schneider Electric", product "METSEIEM3155"');
      expect(stdout).toContain("meter-code is 0x0089");
    } finally {
      await site.close();
    }
  },
  SCAN_MAX_MS,
);
