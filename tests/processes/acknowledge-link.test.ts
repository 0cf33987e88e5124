import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { MessageReceiver } from "../rig/message-receiver.ts";
import { openingRecords } from "../rig/written-plant.ts";

const PHONE = "13900000000";
let folder: string;
let rig: CloudRig;
let robot: MessageReceiver;
let sms: MessageReceiver;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-acknowledge-"));
  writeFileSync(join(folder, "robot"), "693a91f6-0000");
  robot = await MessageReceiver.start(() => ({ status: 200, body: { errcode: 0, errmsg: "ok" } }));
  sms = await MessageReceiver.start(() => ({ status: 200, body: { code: 0 } }));
  rig = await startCloudRig({
    publicUrl: "https://sealwatch.example",
    notify: {
      channels: [
        { id: "robot", kind: "wecom", url: `${robot.url}/send`, keyFile: join(folder, "robot") },
        {
          ...{ id: "emergency", kind: "cap", url: `${robot.url}/cap`, sender: "sealwatch@yunxi.example" },
          ...{ senderName: "云溪县", status: "Exercise" },
        },
        {
          ...{ id: "sms", kind: "sms", url: `${sms.url}/sms`, success: { field: "code", oneOf: [0] } },
          body: '{"to":"{phone}","text":"{text}","id":"{key}"}',
        },
      ],
    },
  });
}, 120_000);
afterAll(async () => {
  await rig.close();
  await robot.close();
  await sms.close();
  rmSync(folder, { recursive: true });
});

async function api(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${rig.httpPort}/api/v1${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
const page = (method: "GET" | "POST", path: string) =>
  fetch(`http://127.0.0.1:${rig.httpPort}${path}`, {
    method,
    ...(method === "POST"
      ? { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "" }
      : {}),
  });

it("aPersonalLinkOfARealAlertAcknowledgesItsCaseOnce", { timeout: 120_000 }, async () => {
  const regions = z.object({ items: z.array(z.object({ id: z.string(), path: z.string() })) });
  const [top] = regions.parse(await api("GET", "/regions")).items;
  const entered = await api("POST", "/users", {
    ...{ name: "chen", displayName: "陈值班", phone: PHONE },
    grants: [{ role: "county-officer", region: top?.id }],
  });
  const { user } = z.object({ user: z.object({ id: z.string() }) }).parse(entered);
  const when = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" };
  const rota = { shifts: [{ users: [user.id], when, chains: [["robot"], ["sms"]] }] };
  await api("PUT", `/regions/${top?.id}/duty`, rota, { "if-match": '"v0"' });

  const gateway = await HandGateway.connect(rig, "00000000000000e8");
  await gateway.send(openingRecords(Date.now() - 600_000));
  await gateway.send([
    { type: "event", atMs: 590_000, event: "contact-changed", device: "contacts-1", channel: 3, value: 0 },
  ]);
  await Promise.all([robot, sms].map((channel) => channel.until((received) => received.length > 0)));
  await gateway.close();

  // The group gets the page that asks for sign-in, only the person gets what acts.
  expect(robot.received[0]?.body).toContain("https://sealwatch.example/#/cases/");
  expect(robot.received[0]?.body).not.toContain("/a/");
  const { to, text } = JSON.parse(sms.received[0]?.body ?? "{}");
  expect(to).toBe(PHONE);
  const link = /https:\/\/sealwatch\.example(\/a\/[\w.-]+)$/.exec(text)?.[1] ?? "";
  const shown = await (await page("GET", link)).text();
  for (const words of ["橙色提示", "青石精细染化厂", "封条 S2", "<form"]) expect(shown).toContain(words);
  for (let look = 0; look < 2; look++) expect(await (await page("GET", link)).text()).toContain("<form");
  expect(await (await page("POST", link)).text()).toContain("已确认收到");
  expect(await (await page("POST", link)).text()).toContain("此前已确认");
  expect(await (await page("GET", link)).text()).not.toContain("<form");
  expect((await page("POST", `${link.slice(0, -4)}AAAA`)).status).toBe(404);

  const id = /#\/cases\/([\w%.-]+)/.exec(robot.received[0]?.body ?? "")?.[1];
  const cap = await page("GET", `/api/v1/cases/${id}/cap`);
  expect(cap.headers.get("content-type")).toBe("application/cap+xml");
  expect(await cap.text()).toMatch(/<status>Exercise<\/status>\n<msgType>Alert<\/msgType>/);

  const audit = z.object({ items: z.array(z.object({ action: z.string(), actor: z.string() })) });
  const acts = audit.parse(await api("GET", "/audit?limit=200")).items;
  const acknowledged = acts.filter(({ action }) => /acknowledge/.test(action));
  expect(acknowledged).toMatchObject([{ actor: user.id }]);
});
