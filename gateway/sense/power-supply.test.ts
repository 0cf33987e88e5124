import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom, silentLogger, sleepMs, systemClock } from "@sealwatch/platform";
import {
  deviceProfilesDirectory,
  type JournalRecord,
  QUALITY,
  readDeviceProfile,
} from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { powerSupply } from "./power-supply.ts";
import { Sensing, type SensingConfig } from "./sensing.ts";

const NAME = "linux/power-supply";
const profile = readDeviceProfile(
  NAME,
  readFileSync(new URL(`${NAME}.yaml`, deviceProfilesDirectory), "utf8"),
);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "supply-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const say = (file: string, text: string) => writeFileSync(join(folder, file), text);

describe("a supply of the gateway", () => {
  it("isJournaledAsAContactAVoltageAndACharge", async () => {
    say("online", "1\n");
    say("voltage_now", "5123456\n");
    say("capacity", "87\n");
    const config: SensingConfig = {
      links: [{ id: "ups", kind: "power-supply", path: folder }],
      devices: [
        {
          id: "ups-1",
          link: "ups",
          profile,
          intervalMs: 100,
          supply: "battery",
          contacts: { online: { role: "mains-present", label: "市电", normal: 0 } },
        },
      ],
      limits: { lostAfterMisses: 3, probeFirstMs: 100, probeMaxMs: 100, debouncePolls: 2, debounceMs: 0 },
    };
    const records: JournalRecord[] = [];
    const parts = {
      clock: systemClock,
      lineClock: systemClock,
      random: seededRandom(1),
      log: silentLogger(),
    };
    const cadence = { slowestMs: 0, staggered: true };
    const sensing = new Sensing(config, cadence, { ...parts, append: (record) => records.push(record) });
    const stop = new AbortController();
    const done = sensing.run(stop.signal);
    while (!records.some(({ type }) => type === "event")) await sleepMs(systemClock, 10);
    say("online", "0\n");
    while (records.filter(({ type }) => type === "event").length < 2) await sleepMs(systemClock, 10);
    stop.abort();
    await done;
    expect(records.find(({ type }) => type === "sample")).toMatchObject({
      scaled: [512, 87],
      qualities: [0, 0],
    });
    expect(records.filter(({ type }) => type === "event")).toMatchObject([
      { event: "contact-changed", value: 1, note: "initial" },
      { event: "contact-changed", value: 0 },
    ]);
  });

  it("hasNotWhatHasNoFileOrIsNoNumber", async () => {
    const read = powerSupply(folder);
    const online = { functionCode: 2, address: 0, quantity: 1 } as const;
    const registers = { functionCode: 4, address: 0, quantity: 3 } as const;
    expect(await read(online)).toEqual({ quality: QUALITY.notPresent });
    say("online", "yes\n");
    say("voltage_now", "-12\n");
    say("capacity", "101\n");
    expect(await read(online)).toEqual({ quality: QUALITY.notPresent });
    expect(await read(registers)).toEqual({ values: [0xffff, 0xffff, 0xffff] });
    expect(await read({ ...registers, quantity: 4 })).toEqual({ quality: 18 });
  });

  it("isSilentWithoutItsFolder", async () => {
    const read = powerSupply(join(folder, "gone"));
    await expect(read({ functionCode: 2, address: 0, quantity: 1 })).rejects.toMatchObject({
      code: "POWER_SUPPLY_UNREADABLE",
    });
  });
});
