import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holderText, portHolders, refuseHeldPort } from "./port-holder.ts";

let folder: string;
let port: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sw-proc-"));
  port = join(folder, "ttyUSB0");
  writeFileSync(port, "");
  symlinkSync(port, join(folder, "by-id"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process as proc(5) shows it. */
function aProcess(pid: number, command: string[], ...files: string[]): void {
  mkdirSync(join(folder, "proc", String(pid), "fd"), { recursive: true });
  writeFileSync(join(folder, "proc", String(pid), "cmdline"), command.map((word) => `${word}\0`).join(""));
  files.forEach((file, index) => {
    symlinkSync(file, join(folder, "proc", String(pid), "fd", String(index)));
  });
}

describe("who holds a serial port", () => {
  it("isFoundByTheRealPathOfTheDeviceFile", () => {
    aProcess(7, ["sh"], "/dev/null");
    aProcess(12, ["minicom", "-D", "ttyUSB0"], "/dev/null", port);
    const holders = portHolders(join(folder, "by-id"), join(folder, "proc"));
    expect(holders.map(holderText)).toEqual(["process 12 (minicom -D ttyUSB0)"]);
  });

  it("isNobodyWhereThePortIsNotThereOrProcessesCannotBeSeen", () => {
    expect(portHolders(join(folder, "none"), join(folder, "proc"))).toEqual([]);
    expect(portHolders(port, join(folder, "proc"))).toEqual([]);
  });

  it("isNamedWhenAScanIsRefused", () => {
    const line = { target: { kind: "serial", path: port, echo: false } } as const;
    expect(() => refuseHeldPort(line)).not.toThrow();
    const handle = openSync(port, "r");
    expect(() => refuseHeldPort(line)).toThrow(
      /PORT_HELD: .*ttyUSB0 is held by process \d+ \(.*\); end it first/,
    );
    closeSync(handle);
  });
});
