import { silentLogger } from "@sealwatch/platform";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AlertPath } from "./alert-path.ts";
import { OutboxRig } from "./outbox.fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let rig: OutboxRig;
let path: AlertPath;
let pipelineIdle = async () => {};
beforeEach(async () => {
  pipelineIdle = async () => {};
  rig = await new OutboxRig().open();
  rig.channel("group");
  path = new AlertPath({
    ...{ db: rig.db, clock: rig.clock, log: silentLogger() },
    config: { selfTest: { at: "09:00", regionPath: "", utcOffsetMin: 480 } },
    pipelineIdle: () => pipelineIdle(),
    wake: () => rig.wake(),
  });
});
afterEach(async () => {
  const closing = path.close();
  await rig.clock.advance(0);
  await closing;
  await rig.close();
});

it("tellsADayOfSelfTestsAndThatTheyArrive", async () => {
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  path.start();
  await rig.clock.advance(MINUTE_MS);
  // The very first goes at once, though it is past nine.
  expect(rig.got("group")).toEqual(["self-test/2026-11-22"]);
  expect(path.status()).toMatchObject({ overdue: 0, unrouted: 0, selfTest: { delivered: true } });
  await rig.clock.jump(22 * HOUR_MS);
  expect(rig.got("group")).toHaveLength(1);
  await rig.clock.jump(HOUR_MS);
  await rig.clock.advance(MINUTE_MS);
  expect(rig.got("group")).toEqual(["self-test/2026-11-22", "self-test/2026-11-23"]);
});

it("saysWhatIsOverdueAndNotWhatIsHeld", async () => {
  await rig.rota({ chains: [["group"]] }, { from: "10:00", to: "11:00" });
  rig.behave("group", () => ({ kind: "retry", code: "HTTP 503", why: "later" }));
  await rig.start();
  await rig.enqueue({ id: "y", level: "yellow" });
  path.start();
  await rig.clock.advance(MINUTE_MS);
  expect(path.status()).toMatchObject({ overdue: 1, selfTest: { delivered: false } });
  expect(path.status().oldestOverdueMs).toBeGreaterThan(30_000);
});

it("itsHeartStandsStillWithThePipeline", async () => {
  path.start();
  await rig.clock.advance(MINUTE_MS);
  expect(path.status().beatAgeMs).toBeLessThanOrEqual(2_000);
  let release = () => {};
  pipelineIdle = () =>
    new Promise<void>((resolve) => {
      release = resolve;
    });
  await rig.clock.advance(10 * MINUTE_MS);
  expect(path.status().beatAgeMs).toBeGreaterThanOrEqual(9 * MINUTE_MS);
  expect(path.status().unrouted).toBe(0);
  release();
});
