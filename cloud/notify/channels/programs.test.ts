import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@sealwatch/platform";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { notificationOf } from "../notification.fixture.ts";
import { channelsSchema } from "../notify-config.ts";
import { openChannels } from "../open-channels.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { capAlert, capTime } from "./cap.ts";
import { type Answer, startReceiver } from "./receiver.fixture.ts";

const OLD = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
const NEW = `whsec_${Buffer.alloc(24, 2).toString("base64")}`;
let folder: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let answer: Answer = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-programs-"));
  for (const [name, text] of Object.entries({ old: OLD, new: NEW, sms: "p&ss=word" }))
    writeFileSync(join(folder, name), text);
  receiver = await startReceiver(() => answer);
});
afterEach(() => receiver.received.splice(0));
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const message = (change: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: "case-7/opened/hook",
  notifications: [notificationOf()],
  link: null,
  address: null,
  earlier: [],
  ...change,
});
const open = (config: object) => {
  const [parsed] = channelsSchema.parse([{ id: "one", ...config }]);
  const channel = parsed && openChannels([parsed], systemClock).get("one");
  if (!channel) throw new Error("no channel");
  return channel;
};
const received = () => {
  const [request] = receiver.received;
  if (!request) throw new Error("nothing was received");
  return request;
};

describe("a Standard Webhook", () => {
  const hook = () =>
    open({
      ...{ kind: "webhook", url: `${receiver.url}/in` },
      secretFiles: [join(folder, "new"), join(folder, "old")],
    });

  it("isVerifiedByTheReferenceLibraryWithEitherSecret", async () => {
    answer = { status: 204 };
    expect(await hook().send(message())).toEqual({ kind: "delivered", code: "HTTP 204" });
    const { body, headers } = received();
    for (const secret of [OLD, NEW]) {
      const told = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(told).toMatchObject({ type: "case-opened", data: { level: "orange" } });
    }
    expect(headers["webhook-id"]).toBe("case-7/opened/hook");
    const other = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;
    expect(() => new Webhook(other).verify(body, headers as Record<string, string>)).toThrow();
  });

  it("takesAnyKeyIntoItsHeader", async () => {
    answer = { status: 204 };
    expect(await hook().send(message({ key: "case-7.1/张三" }))).toMatchObject({ kind: "delivered" });
    const { body, headers } = received();
    expect(headers["webhook-id"]).toBe("case-7%2E1/%E5%BC%A0%E4%B8%89");
    new Webhook(OLD).verify(body, headers as Record<string, string>);
  });

  it("isTriedAgainOn5xxAndNotOnGone", async () => {
    answer = { status: 503, headers: { "retry-after": "30" } };
    expect(await hook().send(message())).toMatchObject({ kind: "retry", blockedMs: 30_000 });
    answer = { status: 410 };
    expect(await hook().send(message())).toMatchObject({ kind: "refused", code: "HTTP 410" });
  });
});

describe("CAP 1.2", () => {
  const sender = {
    ...{ sender: "sealwatch@yunxi.example", senderName: "云溪县", restriction: "county office" },
    status: "Actual" as const,
  };
  const elements = (xml: string) => [...xml.matchAll(/<([a-zA-Z]+)[ >]/g)].map(([, name]) => name);
  const of = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

  it("hasItsElementsInTheOrderOfTheSchema", () => {
    const xml = capAlert(
      notificationOf({ kind: "case-raised", late: true }),
      [{ id: "case-7/opened", raisedMs: 0 }],
      sender,
    );
    const alert = [
      "identifier",
      "sender",
      "sent",
      "status",
      "msgType",
      "scope",
      "restriction",
      "note",
      "references",
    ];
    const info = [
      ...["language", "category", "event", "responseType", "urgency", "severity", "certainty", "onset"],
      ...["senderName", "headline", "description", "parameter", "valueName", "value"],
      ...["parameter", "valueName", "value", "parameter", "valueName", "value"],
      ...["area", "areaDesc", "geocode", "valueName", "value"],
    ];
    expect(elements(xml)).toEqual(["alert", ...alert, "info", ...info, "info", ...info]);
  });

  it("updatesAndCancelsWhatItTold", () => {
    const earlier = [{ id: "case-7/opened", raisedMs: Date.UTC(2026, 0, 1) }];
    const raised = capAlert(notificationOf({ id: "case-7/raised", kind: "case-raised" }), earlier, sender);
    expect(of(raised, "msgType")).toBe("Update");
    expect(of(raised, "references")).toBe("sealwatch@yunxi.example,case-7/opened,2026-01-01T08:00:00+08:00");
    expect(of(capAlert(notificationOf({ kind: "case-withdrawn" }), earlier, sender), "msgType")).toBe(
      "Cancel",
    );
    expect(of(capAlert(notificationOf(), earlier, sender), "msgType")).toBe("Alert");
  });

  it.each([
    ["red", "Observed", "Severe", "Immediate"],
    ["orange", "Likely", "Moderate", "Expected"],
    ["yellow", "Possible", "Minor", "Expected"],
    ["blue", "Unknown", "Minor", "Future"],
  ] as const)("grades %s", (level, certainty, severity, urgency) => {
    const xml = capAlert(notificationOf({ level }), [], sender);
    expect([of(xml, "certainty"), of(xml, "severity"), of(xml, "urgency")]).toEqual([
      certainty,
      severity,
      urgency,
    ]);
  });

  it("escapesWhatPeopleTyped", () => {
    const xml = capAlert(
      notificationOf({ siteName: { zh: "a<b>&\u0000", en: "]]>" }, id: "a b,c" }),
      [],
      sender,
    );
    expect(of(xml, "areaDesc")).toBe("a&lt;b&gt;&amp;");
    expect(of(xml, "identifier")).toBe("a_b_c");
  });

  it("writesTimesWithANumericOffset", () => {
    expect(capTime(0, 480)).toBe("1970-01-01T08:00:00+08:00");
    expect(capTime(0, -210)).toBe("1969-12-31T20:30:00-03:30");
    expect(capTime(0, 0)).toBe("1970-01-01T00:00:00-00:00");
  });

  it("goesOutAsASignedBody", async () => {
    answer = { body: "ok" };
    const channel = open({
      ...{ kind: "cap", url: `${receiver.url}/cap`, secretFiles: [join(folder, "new")] },
      ...{ sender: "sealwatch@yunxi.example", senderName: "云溪县", status: "Exercise" },
    });
    expect(await channel.send(message())).toMatchObject({ kind: "delivered" });
    const { body, headers } = received();
    expect(headers["content-type"]).toBe("application/cap+xml");
    expect(of(body, "status")).toBe("Exercise");
    new Webhook(NEW).verify(body, headers as Record<string, string>, { jsonParse: false });
  });
});

describe("a text gateway", () => {
  const sms = (change: object = {}) =>
    open({
      ...{ kind: "sms", url: `${receiver.url}/sms?account=yunxi&sign={secret:pass}` },
      ...{ headers: { "Content-Type": "application/json", "X-Request-Id": "{key}" } },
      ...{ body: '{"to":"{phone}","content":"{text}"}', secrets: { pass: join(folder, "sms") } },
      ...{ success: { field: "result.code", oneOf: [0] }, busy: ["42"] },
      ...change,
    });
  const toPhone = message({
    address: "13800000000",
    link: { url: "https://sealwatch.example/a/token", acknowledges: true },
    notifications: [notificationOf({ sentence: { zh: '"功率"升高', en: "rose" } })],
  });

  it("isFilledInAsItsTemplateSays", async () => {
    answer = { body: { result: { code: 0 } } };
    expect(await sms().send(toPhone)).toEqual({ kind: "delivered", code: "result.code 0" });
    const { path, headers, body } = received();
    expect(path).toBe("/sms?account=yunxi&sign=p%26ss%3Dword");
    expect(headers["x-request-id"]).toBe("case-7/opened/hook");
    const { to, content } = JSON.parse(body);
    expect(to).toBe("13800000000");
    expect(content).toMatch(/"功率"升高 https:\/\/sealwatch\.example\/a\/token$/);
  });

  it("encodesAFormAndKeepsTheLinkWhole", async () => {
    answer = { body: { result: { code: 0 } } };
    const form = sms({
      ...{ headers: { "Content-Type": "application/x-www-form-urlencoded" }, textMaxChars: 60 },
      body: "to={phone}&content={text}",
    });
    await form.send(toPhone);
    const content = new URLSearchParams(received().body).get("content") ?? "";
    expect(content).toHaveLength(60);
    expect(content).toMatch(/https:\/\/sealwatch\.example\/a\/token$/);
  });

  it.each([
    [
      "a wrong account",
      { result: { code: 7 }, why: "no money p&ss=word" },
      { kind: "refused", code: "result.code 7" },
    ],
    ["a busy gateway", { result: { code: 42 } }, { kind: "retry" }],
    ["an answer without the field", { ok: true }, { kind: "refused", code: "result.code undefined" }],
    ["a page", "<html>", { kind: "retry" }],
  ])("tells %s apart", async (_what, body, reply) => {
    answer = { body };
    const got = await sms().send(toPhone);
    expect(got).toMatchObject(reply);
    expect(JSON.stringify(got)).not.toContain("p&ss=word");
  });

  it("callsWithoutALink", async () => {
    answer = { body: "OK 1" };
    const voice = open({
      ...{ kind: "voice", method: "GET", url: `${receiver.url}/call?to={phone}&say={text}` },
      success: { contains: "OK" },
    });
    expect(await voice.send(toPhone)).toMatchObject({ kind: "delivered" });
    const said = new URL(received().path, receiver.url).searchParams.get("say");
    expect(said).toContain("青石精细染化厂");
    expect(said).not.toContain("http");
  });
});

describe("the configuration of channels", () => {
  it.each([
    ["a host that is filled in", { kind: "sms", url: "https://{phone}.example/" }, /host must stand there/],
    [
      "plain HTTP to a stranger",
      { kind: "webhook", url: "http://203.0.113.7/", secretFiles: ["x"] },
      /plainHttp/,
    ],
    ["more than the service takes", { kind: "wecom", keyFile: "x", perMinute: 21 }, /at most 20/],
    [
      "a password in the clear",
      { kind: "mail", host: "mail.example", port: 25, tls: "none", from: "a@b.c" },
      /starttls/,
    ],
    ["a key in cloud.yaml", { kind: "wecom", key: "693a91f6" }, /keyFile/],
  ])("refuses %s", (_what, config, problem) => {
    const result = channelsSchema.safeParse([{ id: "one", ...config }]);
    expect(result.error?.message).toMatch(problem);
  });
});
