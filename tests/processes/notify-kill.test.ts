import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { expectWithin, measuredAgain } from "../rig/measured-again.ts";
import { MessageReceiver, type ReceiverAnswer } from "../rig/message-receiver.ts";
import { openingRecords } from "../rig/written-plant.ts";

const NOTIFICATIONS = 200;
/** The cloud is killed while these requests are at the receiver, not answered yet. */
const KILLED_AT: ReadonlySet<number> = new Set([15, 60, 61, 120, 190]);
const SOCKETS_KEPT_MAX = 16;
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;

const attemptSchema = z.object({ outcome: z.string(), code: z.string().nullable() });
const pageSchema = z.object({
  items: z.array(
    z.object({
      notification: z.object({ id: z.string(), kind: z.string(), case: z.string().nullable() }),
      state: z.string(),
      deliveries: z.array(
        z.object({
          channel: z.string(),
          state: z.string(),
          /** Null while it waits for one. */
          message: z.string().nullable(),
          attempts: z.array(attemptSchema),
        }),
      ),
    }),
  ),
  next: z.string().nullable(),
});
type Item = z.output<typeof pageSchema>["items"][number];

let folder: string;
let settings: Parameters<typeof startCloudRig>[0];
let rig: CloudRig;
let hook: MessageReceiver;
let robot: MessageReceiver;
let kills = 0;
/** Messages of which the cloud has said that their delivery is on record. */
const recorded = new Set<string>();
let onRecorded = () => {};
function noteRecorded(message: string): void {
  recorded.add(message);
  onRecorded();
}
function noteLogLine(line: string): void {
  const { msg, message } = JSON.parse(line.startsWith("{") ? line : "{}");
  if (msg === "delivered") noteRecorded(message);
}
let restarted: Promise<void> = Promise.resolve();

/** Ill-tempered: some it takes without saying so, some it sends away for now, and at some the cloud dies. */
async function answerHook(count: number): Promise<ReceiverAnswer> {
  if (KILLED_AT.has(count)) {
    kills++;
    // Two may be at the receiver at once: each has its own kill, one after the other.
    restarted = restarted.then(async () => {
      await rig.process.kill();
      await rig.restart();
      // What was committed in the last moment before the kill may not have been logged.
      for (const { deliveries } of await outbox())
        for (const { state, message } of deliveries)
          if (state === "delivered" && message !== null) noteRecorded(message);
    });
    await restarted;
    return "cut";
  }
  if (count % 13 === 0) return "cut";
  if (count % 17 === 0) return { status: 503, body: {} };
  return { status: 200, body: {} };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-notify-"));
  writeFileSync(join(folder, "hook"), WEBHOOK_SECRET);
  writeFileSync(join(folder, "robot"), "693a91f6-0000");
  hook = await MessageReceiver.start((_message, count) => answerHook(count));
  robot = await MessageReceiver.start(() => ({ status: 200, body: { errcode: 0, errmsg: "ok" } }));
  const notify = {
    channels: [
      { id: "hook", kind: "webhook", url: `${hook.url}/in`, secretFiles: [join(folder, "hook")] },
      { id: "robot", kind: "wecom", url: `${robot.url}/send`, keyFile: join(folder, "robot") },
    ],
    fallback: [["robot"]],
  };
  settings = { publicUrl: "https://sealwatch.example", logLevel: "debug", notify };
  rig = await startCloudRig(settings, noteLogLine);
}, 120_000);
afterAll(async () => {
  await rig.close();
  await hook.close();
  await robot.close();
  rmSync(folder, { recursive: true });
});

const api = (path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${rig.httpPort}/api/v1${path}`, init);

/** Asks for one notification until it is answered, under one Idempotency-Key: a killed cloud may or may not have written it. */
async function notify(number: number): Promise<string> {
  const headers = { "idempotency-key": `notify-kill-${number}` };
  for (;;) {
    try {
      const response = await api("/notify/channels/hook/test", { method: "POST", headers });
      if (response.status === 202) return z.object({ id: z.string() }).parse(await response.json()).id;
      throw new Error(`refused: ${response.status} ${await response.text()}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // Killed meanwhile: it is asked again once it is back.
      await restarted;
    }
  }
}

/** Sockets that fetch kept to a killed process are found dead by being used. */
async function read(path: string): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await (await api(path)).json();
    } catch (error) {
      if (!(error instanceof TypeError) || tries > SOCKETS_KEPT_MAX) throw error;
    }
  }
}

async function outbox(path = "/notify/outbox"): Promise<Item[]> {
  const items: Item[] = [];
  for (let after = ""; ; ) {
    const query = new URLSearchParams({ limit: "200", ...(after === "" ? {} : { after }) });
    const page = pageSchema.parse(await read(`${path}?${query}`));
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

const isDelivered = ({ deliveries }: Item): boolean => deliveries.some(({ state }) => state === "delivered");
const keyOf = ({ headers }: { headers: Record<string, unknown> }) => String(headers["webhook-id"]);

describe("the cloud is killed while it sends", { timeout: 300_000 }, () => {
  it("deliversEachOfTwoHundredAtLeastOnceAndNoneUnrecorded", async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        const ids: string[] = [];
        for (let number = lane; number < NOTIFICATIONS; number += 8) ids.push(await notify(number));
        return ids;
      }),
    );
    const ids = new Set(asked.flat());
    expect(ids.size).toBe(NOTIFICATIONS);
    while (recorded.size < NOTIFICATIONS) {
      await new Promise<void>((resolve) => {
        onRecorded = resolve;
      });
    }
    await restarted;
    const items = await outbox();
    expect(items.filter(isDelivered)).toHaveLength(NOTIFICATIONS);
    expect(kills).toBe(KILLED_AT.size);
    expect(new Set(hook.received.map(keyOf))).toEqual(new Set([...ids].map((id) => `${id}/hook`)));
  });

  it("aReceiverThatSeesTheKeySeesNoContentTwice", () => {
    const contents = new Map<string, Set<string>>();
    for (const message of hook.received) {
      const key = keyOf(message);
      contents.set(key, (contents.get(key) ?? new Set()).add(message.body));
    }
    expect([...contents.values()].filter((bodies) => bodies.size !== 1)).toEqual([]);
    expect(new Set([...contents.values()].flatMap((bodies) => [...bodies])).size).toBe(NOTIFICATIONS);
    expect(hook.received.length).toBeGreaterThan(NOTIFICATIONS);
    const verifier = new Webhook(WEBHOOK_SECRET);
    for (const { body, headers } of hook.received) verifier.verify(body, headers as Record<string, string>);
  });

  it("everyRequestThatReachedTheReceiverIsOnRecordAndSoIsWhatBecameOfIt", async () => {
    const outcomes = new Map<string, string[]>();
    for (const { deliveries } of await outbox()) {
      for (const { message, attempts } of deliveries)
        outcomes.set(
          String(message),
          attempts.map(({ outcome }) => outcome),
        );
    }
    for (const [key, requests] of grouped(hook.received, keyOf)) {
      const lines = outcomes.get(key) ?? [];
      const started = lines.filter((outcome) => outcome === "started").length;
      expect(started).toBeGreaterThanOrEqual(requests.length);
      expect(lines.length).toBe(2 * started);
      expect(lines.at(-1)).toBe("delivered");
      expect(lines.filter((outcome) => outcome === "delivered")).toHaveLength(1);
    }
    const interrupted = [...outcomes.values()].flat().filter((outcome) => outcome === "interrupted");
    expect(interrupted.length).toBeGreaterThanOrEqual(KILLED_AT.size);
  });
});

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** A cloud that has told of nothing yet. */
async function anotherCloud(): Promise<void> {
  await rig.close();
  robot.received.splice(0);
  rig = await startCloudRig(settings, noteLogLine);
}

async function alertIsToldWithinSeconds(): Promise<void> {
  const utcAtZeroMs = Date.now() - 600_000;
  const gateway = await HandGateway.connect(rig, "00000000000000e7");
  await gateway.send(openingRecords(utcAtZeroMs));
  const sentMs = Date.now();
  await gateway.send([
    { type: "event", atMs: 590_000, event: "contact-changed", device: "contacts-1", channel: 3, value: 0 },
  ]);
  await robot.until((received) => received.length > 0);
  const tookMs = Date.now() - sentMs;
  await gateway.close();
  expectWithin(5_000, "an alert on its way to the robot", tookMs);
  const { content } = JSON.parse(robot.received[0]?.body ?? "{}").markdown;
  expect(content).toContain("青石精细染化厂");
  expect(content).toContain("https://sealwatch.example/#/cases/");
  const [told] = (await outbox()).filter(({ notification }) => notification.kind === "case-opened");
  const deliveries = () => outbox(`/cases/${told?.notification.case}/deliveries`);
  // The robot has it a moment before that is on record.
  await expect
    .poll(deliveries, { timeout: 60_000 })
    .toMatchObject([{ deliveries: [{ channel: "robot", state: "delivered" }] }]);
}

it("anAlertIsAtTheRobotWithinSecondsOfItsRecord", { timeout: 240_000 }, () =>
  measuredAgain(async (again) => {
    if (again) await anotherCloud();
    await alertIsToldWithinSeconds();
  }),
);
