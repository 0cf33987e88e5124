import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "@sealwatch/protocols";
import { afterEach, describe, expect, it } from "vitest";
import { GAS, LiveSite } from "../rig/live-site.ts";
import { expectWithin, measuredAgain } from "../rig/measured-again.ts";

/** One interval of the meter, and what a busy machine adds to it. */
const INTERVAL_MS = 500;
const JITTER_MS = 700;
/** The shortest trial there is: of devices polled this often, the configured one. */
const TRIAL_MS = 15_000;

/** An orderly end, segments for the cloud included. */
const STOP_MAX_MS = 5_000;
const DEAD = { id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: 1 };

let site: LiveSite;
afterEach(() => site.close());

/** Each measurement has a site of its own. */
const onALiveSite = (measure: () => Promise<void>) =>
  measuredAgain(async (again) => {
    if (again) await site.close();
    site = new LiveSite();
    await site.start();
    await expect.poll(everyDeviceHasAnswered, { timeout: 60_000, interval: 250 }).toBe(true);
    await measure();
  });

const configNow = async () => JSON.parse((await site.tool("status", "--json")).out).config;
const hashNow = async () => (await configNow()).hash as string;

async function everyDeviceHasAnswered(): Promise<boolean> {
  const { devices } = JSON.parse((await site.tool("status", "--json")).out).links["bus-1"];
  return Object.values<{ answered: number }>(devices).every(({ answered }) => answered > 0);
}

/** Starts a reload and resolves once its configuration is on trial. */
async function startTrial() {
  const { ended: trial } = site.startTool("reload");
  while (!(await configNow()).onTrial);
  return { trial };
}

/** Times of the meter's good power readings: by its name in the channel list of the moment. */
function goodTimesMs(records: readonly JournalRecord[], device: string): number[] {
  let mine: number[] = [];
  return records.flatMap((record) => {
    if (record.type === "channels")
      mine = record.channels
        .filter((channel) => channel.device === device && channel.kind === "active-power")
        .map(({ id }) => id);
    if (record.type !== "sample") return [];
    const index = record.channels.findIndex((channel) => mine.includes(channel));
    return index >= 0 && record.qualities[index] === 0 ? [record.atMs] : [];
  });
}

const longestGapMs = (times: readonly number[]) =>
  Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs)));

const configEvents = (records: readonly JournalRecord[]) =>
  records.flatMap((record) =>
    record.type === "event" && record.event.startsWith("config-") ? [[record.event, record.note]] : [],
  );

describe("a configuration changed under a running gateway", () => {
  it("addsADeviceWithoutLosingMoreThanOnePollOfTheOthers", { timeout: 300_000 }, () =>
    onALiveSite(async () => {
      const { devices } = JSON.parse((await site.tool("status", "--json")).out).links["bus-1"];
      expect(Object.keys(devices).toSorted()).toEqual(["contacts-1", "meter-1"]);
      const running = readFileSync(site.file, "utf8");
      const { meter, contacts } = site.devices;
      site.describe({ devices: [GAS, meter, contacts] });
      const went = await site.tool("reload");
      expect(went).toMatchObject({ code: 0, out: expect.stringMatching(/^applied: [0-9a-f]{12}\n$/) });
      const applied = join(site.dataDir, "config.applied.yaml");
      expect(readFileSync(applied, "utf8")).toBe(readFileSync(site.file, "utf8"));
      expect(readFileSync(applied, "utf8")).not.toBe(running);
      expect(statSync(applied).mode & 0o777).toBe(0o600);
      const hash = await hashNow();
      expect(went.out).toBe(`applied: ${hash}\n`);
      expect(await site.tool("reload")).toMatchObject({ code: 0, out: `unchanged: ${hash}\n` });

      const records = await site.replica();
      expect(configEvents(records)).toEqual([["config-applied", hash]]);
      const at = records.findIndex((record) => record.type === "event" && record.event === "config-applied");
      expect(records[at - 1]).toMatchObject({ type: "channels" });
      expectWithin(
        2 * INTERVAL_MS + JITTER_MS,
        "the longest gap between two polls",
        longestGapMs(goodTimesMs(records, "meter-1")),
      );
      const runs = records.filter((record) => record.type === "run");
      const cutMs = records[at]?.atMs ?? 0;
      expect(runs.some(({ atMs }) => atMs <= cutMs)).toBe(true);
      expect(runs.filter(({ fromMs, atMs }) => fromMs < cutMs && atMs > cutMs)).toEqual([]);
    }),
  );

  it("isRolledBackWhenADeviceThatAnsweredNoLongerDoes", { timeout: 300_000 }, () =>
    onALiveSite(async () => {
      const before = await hashNow();
      site.describe({ links: [DEAD] });
      const { trial } = await startTrial();
      expect(await site.tool("reload")).toMatchObject({
        code: 1,
        err: expect.stringContaining("CONFIG_BUSY"),
      });
      const went = await trial;
      expect(went.code).toBe(1);
      expect(went.err).toMatch(/rolled back: meter-1, contacts-1 answered before/);
      expect(await hashNow()).toBe(before);
      // It polls again: the running gateway reads the meter through its own link.
      expect(await site.tool("read", "meter-1")).toMatchObject({ code: 0 });

      const records = await site.replica();
      expect(configEvents(records)).toEqual([
        ["config-applied", expect.stringMatching(/^[0-9a-f]{12}$/)],
        ["config-rolled-back", expect.stringContaining("meter-1")],
      ]);
      expectWithin(
        TRIAL_MS + 2 * INTERVAL_MS + JITTER_MS,
        "the gap around the trial",
        longestGapMs(goodTimesMs(records, "meter-1")),
      );
    }),
  );

  it("isNoLongerTriedOnceTheGatewayIsToldToStop", { timeout: 300_000 }, () =>
    onALiveSite(async () => {
      site.describe({ links: [DEAD] });
      const { trial } = await startTrial();
      const fromMs = performance.now();
      await site.gateway?.stop();
      const tookMs = performance.now() - fromMs;
      expect((await trial).code).toBe(1);
      expect(configEvents(await site.replica())).toEqual([["config-applied", expect.any(String)]]);
      expectWithin(STOP_MAX_MS, "the stop", tookMs);
    }),
  );

  it("staysAsItIsWhenTheFileIsWrongOrChangesWhatCannotChange", { timeout: 300_000 }, () =>
    onALiveSite(async () => {
      const before = await hashNow();
      site.describe({
        devices: [
          { ...GAS, unit: 900 },
          { ...GAS, id: "gas-2", link: "bus-9" },
        ],
      });
      const invalid = await site.tool("reload");
      expect(invalid.code).toBe(2);
      expect(invalid.err).toMatch(/devices\[0\]\.unit[\s\S]*devices\[1\]\.link/);
      site.describe({ journal: { budgetMb: 99 } });
      const fixed = await site.tool("reload");
      expect(fixed.code).toBe(2);
      expect(fixed.err).toMatch(/CONFIG_FIXED: journal\.budgetMb cannot change/);
      expect(await hashNow()).toBe(before);
      expect(configEvents(await site.replica())).toEqual([]);
    }),
  );

  it("isReadAgainAtSighup", { timeout: 300_000 }, () =>
    onALiveSite(async () => {
      const before = await hashNow();
      const { meter, contacts } = site.devices;
      site.describe({ devices: [meter, contacts, GAS] });
      process.kill(site.gateway?.pid ?? 0, "SIGHUP");
      await site.logged("configuration read again");
      expect(await hashNow()).not.toBe(before);
    }),
  );
});
