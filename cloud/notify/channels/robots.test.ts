import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@sealwatch/platform";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { notificationOf } from "../notification.fixture.ts";
import { channelsSchema } from "../notify-config.ts";
import { openChannels } from "../open-channels.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { type Answer, startReceiver } from "./receiver.fixture.ts";

const KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa";
const SECRET = "SECabcdef0123456789";
let folder: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let answer: Answer = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-robots-"));
  writeFileSync(join(folder, "key"), `${KEY}\n`);
  writeFileSync(join(folder, "secret"), `${SECRET}\n`);
  receiver = await startReceiver(() => answer);
});
afterEach(() => receiver.received.splice(0));
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const message = (change: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: "case-7/opened/duty-group",
  notifications: [notificationOf()],
  link: { url: "https://sealwatch.example/#/cases/case-7", acknowledges: false },
  address: null,
  earlier: [],
  ...change,
});
const open = (config: object) => {
  const [parsed] = channelsSchema.parse([{ id: "robot", ...config }]);
  const channel = parsed && openChannels([parsed], systemClock).get("robot");
  if (!channel) throw new Error("no channel");
  return channel;
};
const wecom = (change: object = {}) =>
  open({ kind: "wecom", url: `${receiver.url}/send`, keyFile: join(folder, "key"), ...change });
const signing = () => ({ tokenFile: join(folder, "key"), secretFile: join(folder, "secret") });
const dingtalk = () => open({ kind: "dingtalk", url: `${receiver.url}/send`, keyword: "封哨", ...signing() });
const feishu = () => open({ kind: "feishu", url: `${receiver.url}/hook`, ...signing() });
const sent = () => {
  const [request] = receiver.received;
  if (!request) throw new Error("nothing was received");
  return { ...request, json: JSON.parse(request.body) };
};

describe("WeCom", () => {
  it("getsOneMarkdownMessageWithinItsBytes", async () => {
    answer = { body: { errcode: 0, errmsg: "ok" } };
    const long = notificationOf({ sentence: { zh: "功率升高".repeat(250), en: "rose ".repeat(200) } });
    expect(await wecom().send(message({ notifications: [long] }))).toEqual({
      kind: "delivered",
      code: "errcode 0",
    });
    const { path, json } = sent();
    expect(path).toBe(`/send?key=${KEY}`);
    expect(json.msgtype).toBe("markdown");
    expect(Buffer.byteLength(json.markdown.content)).toBeLessThanOrEqual(4_096);
    expect(json.markdown.content).toContain("**【封哨·橙色提示】新告警：青石精细染化厂**");
    expect(json.markdown.content).toContain("(https://sealwatch.example/#/cases/case-7)");
  });

  it("takesNoMarkupFromNames", async () => {
    const named = notificationOf({ siteName: { zh: "[免费](http://evil.example)<font>", en: "x" } });
    await wecom().send(message({ notifications: [named] }));
    expect(sent().json.markdown.content).not.toContain("[免费]");
    expect(sent().json.markdown.content).not.toContain("<font>");
  });

  it.each([
    [
      "too many a minute",
      { errcode: 45009, errmsg: "api freq out of limit" },
      { kind: "retry", blockedMs: 60_000 },
    ],
    [
      "a robot that is gone",
      { errcode: 93000, errmsg: "invalid webhook url" },
      { kind: "refused", code: "errcode 93000" },
    ],
    ["a busy platform", { errcode: -1, errmsg: "system busy" }, { kind: "retry", code: "errcode -1" }],
    [
      "a body that is too long",
      { errcode: 40058, errmsg: "markdown.content exceed max length 4096" },
      { kind: "refused" },
    ],
    [
      "some proxy's page",
      "<html>ok</html>",
      { kind: "retry", why: expect.stringContaining("no answer of this service") },
    ],
  ])("tells %s apart", async (_what, body, reply) => {
    answer = { body };
    expect(await wecom().send(message())).toMatchObject(reply);
  });

  it("saysNeitherKeyNorAddressWhenItFails", async () => {
    answer = { body: { errcode: 93000, errmsg: `invalid webhook url: key=${KEY}` } };
    expect(JSON.stringify(await wecom().send(message()))).not.toContain(KEY);
    const away = open({ kind: "wecom", url: "http://127.0.0.1:9/send", keyFile: join(folder, "key") });
    const reply = await away.send(message());
    expect(reply).toMatchObject({ kind: "retry", code: "UNANSWERED" });
    expect(JSON.stringify(reply)).not.toMatch(/127\.0\.0\.1|693a91f6/);
  });
});

describe("DingTalk", () => {
  it("getsASignedMessageWithItsKeyword", async () => {
    answer = { body: { errcode: 0, errmsg: "ok" } };
    expect(await dingtalk().send(message())).toMatchObject({ kind: "delivered" });
    const { path, json } = sent();
    const query = new URL(path, receiver.url).searchParams;
    const timestamp = query.get("timestamp");
    const sign = createHmac("sha256", SECRET).update(`${timestamp}\n${SECRET}`).digest("base64");
    expect(query.get("access_token")).toBe(KEY);
    expect(query.get("sign")).toBe(sign);
    expect(Math.abs(Number(timestamp) - Date.now())).toBeLessThan(60_000);
    expect(json.markdown.title).toBe("【封哨·橙色提示】新告警：青石精细染化厂");
    expect(json.markdown.text).toContain("封哨");
    expect(json.msgUuid).toBe("case-7/opened/duty-group");
  });

  it.each([
    [
      "its ten minutes' block",
      { errcode: 130101, errmsg: "send too fast, exceed 20 times per minute" },
      { kind: "retry", blockedMs: 600_000 },
    ],
    [
      "the same by its new code",
      { errcode: 410100, errmsg: "发送速度太快而限流" },
      { kind: "retry", blockedMs: 600_000 },
    ],
    [
      "a wrong signature",
      { errcode: 310000, errmsg: "sign not match" },
      { kind: "refused", why: expect.stringContaining("sign not match") },
    ],
    ["a token that is gone", { errcode: 300005, errmsg: "token is not exist" }, { kind: "refused" }],
    ["a stopped robot", { errcode: 400102, errmsg: "bot is stopped" }, { kind: "refused" }],
    ["a busy platform", { errcode: -1, errmsg: "系统繁忙" }, { kind: "retry" }],
    ["a denial for seconds", { status: 1111, wait: 5, punish: "deny" }, { kind: "retry", blockedMs: 5_000 }],
  ])("tells %s apart", async (_what, body, reply) => {
    answer = { body };
    expect(await dingtalk().send(message())).toMatchObject(reply);
  });
});

describe("Feishu", () => {
  it("getsASignedPostWithinItsTwentyKilobytes", async () => {
    answer = { body: { code: 0, msg: "success", data: {} } };
    const long = notificationOf({ sentence: { zh: '"功率"\\'.repeat(160), en: '"'.repeat(900) } });
    const many = message({ notifications: [long, ...Array.from({ length: 19 }, () => long)] });
    expect(await feishu().send(many)).toMatchObject({ kind: "delivered", code: "code 0" });
    const { path, json, body } = sent();
    const sign = createHmac("sha256", `${json.timestamp}\n${SECRET}`).update("").digest("base64");
    expect(path).toBe(`/hook/${KEY}`);
    expect(json.sign).toBe(sign);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20 * 1_024);
    expect(json.content.post.zh_cn.title).toContain("20 条提示");
  });

  it.each([
    [
      "its frequency limit",
      200,
      { code: 11232, msg: "frequency limited" },
      { kind: "retry", blockedMs: 60_000 },
    ],
    [
      "too many a second",
      400,
      { code: 9499, msg: "too many request", data: {} },
      { kind: "retry", blockedMs: 60_000 },
    ],
    [
      "the same code for a bad request",
      400,
      { code: 9499, msg: "Bad Request", data: {} },
      { kind: "refused" },
    ],
    [
      "a wrong signature",
      200,
      { code: 19021, msg: "sign match fail or timestamp is not within one hour from current time" },
      { kind: "refused", code: "code 19021" },
    ],
    ["an address that is not allowed", 200, { code: 19022, msg: "Ip Not Allowed" }, { kind: "refused" }],
    ["a missing keyword", 200, { code: 19024, msg: "Key Words Not Found" }, { kind: "refused" }],
    ["a broken gateway", 502, "<html>bad gateway</html>", { kind: "retry", code: "HTTP 502" }],
  ])("tells %s apart", async (_what, status, body, reply) => {
    answer = { status, body };
    expect(await feishu().send(message())).toMatchObject(reply);
  });
});

describe("any of them over HTTP", () => {
  it.each([
    [
      "a redirect is not followed",
      { status: 302, headers: { location: "http://127.0.0.1:9/" } },
      { kind: "refused", code: "HTTP 302" },
    ],
    [
      "429 waits as long as it asks",
      { status: 429, headers: { "retry-after": "7" } },
      { kind: "retry", blockedMs: 7_000 },
    ],
    ["an endless answer is not read", { body: "x".repeat(5_000_000) }, { kind: "retry" }],
    ["403 is for a person to mend", { status: 403, body: "no" }, { kind: "refused", code: "HTTP 403" }],
  ])("%s", async (_what, given, reply) => {
    answer = given;
    expect(await wecom().send(message())).toMatchObject(reply);
  });

  it("no answer ends in time", async () => {
    answer = {};
    expect(await wecom({ timeoutMs: 300 }).send(message())).toMatchObject({
      ...{ kind: "retry", code: "UNANSWERED", why: "no answer in 300 ms" },
    });
  });
});
