import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { MessageReceiver } from "../rig/message-receiver.ts";
import { type ProductProcess, startProduct } from "../rig/product-process.ts";

const EVERY_MS = 200;
/** Longer than a busy machine lets the cloud's heart stand still. */
const SILENT_AFTER_MS = 12_000;
const MINUTE_MS = 60_000;
/** It is about noon there: no second self-test of a new day comes while this runs. */
const NOON_OFFSET_MIN = 720 - Math.floor((Date.now() % (24 * 60 * MINUTE_MS)) / MINUTE_MS);

let folder: string;
let cloud: CloudRig;
let robot: MessageReceiver;
let voice: MessageReceiver;
let watchdog: ProductProcess;
let robotIsGone = false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-watchdog-"));
  writeFileSync(join(folder, "robot"), "693a91f6-0000");
  robot = await MessageReceiver.start(() => ({
    status: 200,
    body: robotIsGone ? { errcode: 93000, errmsg: "invalid webhook url" } : { errcode: 0, errmsg: "ok" },
  }));
  voice = await MessageReceiver.start(() => ({ status: 200, body: { code: 0 } }));
  const channel = { id: "robot", kind: "wecom", url: `${robot.url}/send`, keyFile: join(folder, "robot") };
  cloud = await startCloudRig({
    notify: {
      channels: [channel],
      fallback: [["robot"]],
      selfTest: { at: "00:00", utcOffsetMin: NOON_OFFSET_MIN },
    },
  });
  await robot.until((received) => received.length === 1);
  const config = {
    cloud: `http://127.0.0.1:${cloud.httpPort}`,
    name: { zh: "云溪县封哨", en: "Yunxi Sealwatch" },
    ...{ everyMs: EVERY_MS, timeoutMs: 10_000, silentAfterMs: SILENT_AFTER_MS },
    stateFile: join(folder, "watchdog.json"),
    channels: [
      channel,
      {
        ...{ id: "voice", kind: "voice", url: `${voice.url}/call` },
        ...{ body: '{"to":"{phone}","say":"{text}"}', success: { field: "code", oneOf: [0] } },
      },
    ],
    chains: [["robot", "voice"]],
    people: [{ name: "chen", phone: "13800000000" }],
  };
  writeFileSync(join(folder, "watchdog.yaml"), stringify(config));
  await watch();
}, 120_000);
afterAll(async () => {
  await watchdog.stop();
  await cloud.close();
  await robot.close();
  await voice.close();
  rmSync(folder, { recursive: true });
});

async function watch(): Promise<void> {
  watchdog = startProduct("cloud", ["watchdog", "--config", join(folder, "watchdog.yaml")]);
  await watchdog.listening;
}
const looks = (count: number) => new Promise((resolve) => setTimeout(resolve, count * EVERY_MS));
const atRobot = () => robot.received.map(({ body }) => JSON.parse(body).markdown.content as string);

it("theCloudsOwnSelfTestArrivedAndTheWatchdogSaysNothing", async () => {
  expect(atRobot()).toEqual([expect.stringContaining("每日自检")]);
  await looks(30);
  expect(atRobot()).toHaveLength(1);
});

it("oneAlertAnEpisodeAndItsEndIsTold", { timeout: 120_000 }, async () => {
  const killedMs = Date.now();
  await cloud.process.kill();
  await robot.until((received) => received.length >= 2);
  expect(Date.now() - killedMs).toBeGreaterThanOrEqual(SILENT_AFTER_MS - EVERY_MS);
  expect(atRobot()[1]).toContain("告警通道静默：系统无应答");
  await looks(10);
  // Killed and started again in the middle of the episode it remembers what it told.
  await watchdog.kill();
  await watch();
  await looks(10);
  expect(atRobot()).toHaveLength(2);
  await cloud.restart();
  await robot.until((received) => received.length === 3);
  expect(atRobot()[2]).toContain("告警通道已恢复");
  await looks(10);
  expect(atRobot()).toHaveLength(3);
  expect(voice.received).toEqual([]);
});

it("aVoiceCallIsTheLastWayWhenTheRobotIsGone", { timeout: 120_000 }, async () => {
  robotIsGone = true;
  await cloud.process.kill();
  await voice.until((received) => received.length === 1);
  const { to, say } = JSON.parse(voice.received[0]?.body ?? "{}");
  expect(to).toBe("13800000000");
  expect(say).toContain("告警通道静默");
  await cloud.restart();
  await voice.until((received) => received.length === 2);
});

it("aWrongConfigurationIsRefusedWithWhatToWrite", async () => {
  writeFileSync(join(folder, "wrong.yaml"), stringify({ cloud: "cloud", channels: [], chains: [["robot"]] }));
  const wrong = startProduct("cloud", ["watchdog", "--config", join(folder, "wrong.yaml")]);
  expect(await wrong.ended).toMatch(/chains: there is no channel robot|channels|cloud/);
});
