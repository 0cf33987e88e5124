import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertPathSchema } from "../notify/alert-path.ts";
import { startReceiver } from "../notify/channels/receiver.fixture.ts";
import { type Person, TestCounty } from "./test-county.fixture.ts";

let folder: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let heard = () => {};
let county: TestCounty;
let root: Person;
let administrator: Person;
let officer: Person;
let elsewhere: Person;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-notify-routes-"));
  writeFileSync(join(folder, "key"), "693a91f6-0000");
  receiver = await startReceiver(() => {
    heard();
    return { body: { errcode: 93000, errmsg: "invalid webhook url key=693a91f6-0000" } };
  });
  const robot = { id: "robot", kind: "wecom", url: `${receiver.url}/send`, keyFile: join(folder, "key") };
  const sms = { id: "sms", kind: "sms", url: `${receiver.url}/sms`, body: "{text}" };
  county = await TestCounty.start({ notify: { channels: [robot, sms] } });
  root = await county.signIn("root");
  administrator = await county.enter("yunxi-admin", "administrator", "yunxi");
  officer = await county.enter("yunxi-officer", "county-officer", "yunxi");
  elsewhere = await county.enter("linxi-admin", "administrator", "linxi");
}, 180_000);
afterAll(async () => {
  await county.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const rotaOf = (users: string[], chains = [["robot"]]) => ({
  shifts: [{ users, when: { weekdays: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" }, chains }],
});
const put = (who: Person, region: string, version: number, body: unknown) =>
  who.send("PUT", `/regions/${region}/duty`, body, { "if-match": `"v${version}"` });

describe("a duty rota", () => {
  it("isPutAndReadWithItsVersion", async () => {
    const empty = await officer.get("/regions/qingshi/duty");
    expect(empty).toMatchObject({ status: 200, body: { version: 0, rota: { shifts: [], quiet: null } } });
    const first = await put(administrator, "yunxi", 0, rotaOf([officer.id]));
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    const now = await officer.get("/regions/qingshi/duty/now?level=yellow");
    expect(now.body.onDuty).toEqual({
      ...{ regionPath: "dongping/yunxi/", users: [officer.id], chains: [["robot"]] },
    });
  });

  it("isNotOverwrittenByWhoReadAnOlderOne", async () => {
    const stale = await put(administrator, "yunxi", 0, rotaOf([]));
    expect(stale).toMatchObject({ status: 412, body: { code: "CHANGED_MEANWHILE" } });
    expect((await put(administrator, "yunxi", 1, rotaOf([]))).body.version).toBe(2);
  });

  it("namesChannelsAndPeopleThatThereAre", async () => {
    const channel = await put(administrator, "yunxi", 2, rotaOf([], [["pigeon"]]));
    expect(channel).toMatchObject({ status: 404, body: { code: "CHANNEL_UNKNOWN" } });
    const stranger = await put(administrator, "yunxi", 2, rotaOf([elsewhere.id]));
    expect(stranger).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
    const time = { shifts: [], quiet: { from: "25:00", to: "07:00" } };
    expect((await put(administrator, "yunxi", 2, time)).status).toBe(400);
  });

  it("isForAdministratorsOfTheRegionToChange", async () => {
    expect((await put(officer, "yunxi", 2, rotaOf([]))).status).toBe(403);
    expect((await put(elsewhere, "yunxi", 2, rotaOf([]))).status).toBe(404);
    expect((await put(administrator, "dongping", 0, rotaOf([]))).status).toBe(404);
    expect((await elsewhere.get("/regions/yunxi/duty")).status).toBe(404);
    const audit = await root.get("/audit?limit=200");
    expect(JSON.stringify(audit.body)).toContain("duty.edit");
  });
});

describe("a test message", () => {
  it("isSentAndItsErrorShownWithoutTheKey", async () => {
    const arrived = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const asked = await administrator.post(
      "/notify/channels/robot/test",
      {},
      { "idempotency-key": "test-0001" },
    );
    expect(asked.status).toBe(202);
    await arrived;
    const found = async () => (await administrator.get("/notify/channels")).body.items[0];
    // An orderly stop waits for what is under way, and for its record.
    await county.whileStopped(async () => {});
    expect(await found()).toMatchObject({ id: "robot", kind: "wecom", successMs: null, waiting: 0 });
    expect((await found()).error).toBe("errcode 93000 invalid webhook url key=***");
    const again = await administrator.post(
      "/notify/channels/robot/test",
      {},
      { "idempotency-key": "test-0001" },
    );
    expect(again.body).toEqual(asked.body);
  });

  it("standsInTheOutboxOfItsRegionOnly", async () => {
    const { items } = (await officer.get("/notify/outbox")).body;
    expect(items).toMatchObject([
      {
        notification: { kind: "test", regionPath: "dongping/yunxi/" },
        deliveries: [
          {
            channel: "robot",
            state: "failed-over",
            attempts: [{ outcome: "started" }, { outcome: "refused" }],
          },
        ],
      },
    ]);
    expect((await elsewhere.get("/notify/outbox")).body.items).toEqual([]);
    expect((await root.get("/notify/outbox?limit=1")).body.items).toHaveLength(1);
  });

  it("byAPersonalChannelWantsAnAddress", async () => {
    const asked = await administrator.post("/notify/channels/sms/test");
    expect(asked).toMatchObject({ status: 400, body: { detail: expect.stringContaining("no phone") } });
    expect((await administrator.post("/notify/channels/pigeon/test")).status).toBe(404);
    expect((await officer.post("/notify/channels/robot/test")).status).toBe(403);
  });

  it("ofAForeignCaseNothingIsShown", async () => {
    expect((await officer.get("/cases/case-7/deliveries")).body).toEqual({ items: [], next: null });
    expect((await officer.get("/notify/outbox?after=x")).status).toBe(400);
  });
});

it("theAlertPathIsForWatchdogsWithoutAnAccount", async () => {
  const response = await fetch(`${county.base.replace("/api/v1", "")}/alert-path`);
  const status = alertPathSchema.parse(await response.json());
  expect(status.beatAgeMs).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(status)).not.toMatch(/robot|dongping|693a/);
});

it("aRunningCloudForgetsWhatNobodyHasToProveAnyMore", async () => {
  const row = { case_id: null, region_path: "", level_rank: 0, state: "expired" as const, look_ms: 0 };
  await county.whileStopped(async (db) => {
    for (const [id, created_ms] of [
      ["long-ago", 1_000],
      ["lately", Date.now()],
    ] as const) {
      await db
        .insertInto("notification")
        .values({ ...row, id, created_ms, notification_json: "{}" })
        .execute();
    }
  });
  // It looks once more before it stops.
  await county.whileStopped(async (db) => {
    const kept = await db
      .selectFrom("notification")
      .select("id")
      .where("id", "in", ["long-ago", "lately"])
      .execute();
    expect(kept).toEqual([{ id: "lately" }]);
  });
});
