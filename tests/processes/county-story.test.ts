import { createHash } from "node:crypto";
import { parseClaimCode } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newGatewayKey } from "../rig/credentials.ts";
import { askCounty } from "../rig/enrolment-client.ts";
import { type Answer, type SignedIn, StoryCounty } from "../rig/story-county.ts";
import { TlsGateway } from "../rig/tls-gateway.ts";
import { openingRecords } from "../rig/written-plant.ts";

const SITE = "qingshi-dyes";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What is done with a case and by whom; everybody else is told 403, or 404 where they may not even look. */
const ANSWERS = { "machines-running": true, "people-working": true, "seals-intact": "broken" };
/** Start of image, one frame of 640 × 480, end of image. */
const PHOTO = new Uint8Array([
  ...[0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x01, 0xe0, 0x02, 0x80, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
  ...[0xff, 0xd9],
]);

let county: StoryCounty;
let gateway: TlsGateway;
const people: Record<string, SignedIn> = {};
const as = (name: string): SignedIn => {
  const person = people[name];
  if (!person) throw new Error(name);
  return person;
};
const expectStatus = (answer: Answer, status: number): Answer => {
  expect([answer.status, answer.status === status ? null : answer.body]).toEqual([status, null]);
  return answer;
};
/** Everybody who must not do this gets 403, or 404 where they may not even look. */
async function forbiddenTo(
  names: Readonly<Record<string, 403 | 404>>,
  request: Parameters<SignedIn["send"]>,
): Promise<void> {
  for (const [name, status] of Object.entries(names)) {
    const answer = await as(name).send(...request);
    expect([name, request[1], answer.status]).toEqual([name, request[1], status]);
  }
}
/** What the story's case is now, or null. */
async function newestCase() {
  const { body } = expectStatus(await as("officer").send("GET", `/cases?site=${SITE}`), 200);
  return body.items[0] ?? null;
}
/** The same, once it is in a state. */
const caseIn = (state: string) =>
  as("officer").askAtEvents("case", async () => {
    const one = await newestCase();
    return one?.state === state ? one : null;
  });

beforeAll(async () => {
  county = await StoryCounty.start();
  const root = JSON.parse(
    await county.run("user", "create", "--name", "root", "--role", "administrator", "--json"),
  );
  people["admin"] = await county.signIn("root", root.password);
  for (const [id, parent, kind, zh] of [
    ["yunxi", "dongping", "county", "云溪县"],
    ["qingshi", "yunxi", "township", "青石镇"],
    ["linxi", "dongping", "county", "林西县"],
  ]) {
    expectStatus(await as("admin").send("POST", "/regions", { id, parent, kind, name: { zh, en: id } }), 201);
  }
  for (const [name, role, region] of [
    ["officer", "county-officer", "yunxi"],
    ["village", "grid-member", "qingshi"],
    ["installer", "installer", "qingshi"],
    ["auditor", "auditor", "yunxi"],
    ["stranger", "county-officer", "linxi"],
  ]) {
    const user = { name, displayName: `${name} 某某`, phone: "13900000000", grants: [{ role, region }] };
    const { body } = expectStatus(await as("admin").send("POST", "/users", user), 201);
    people[name ?? ""] = await county.signIn(name ?? "", body.password);
  }
}, 180_000);
afterAll(async () => {
  await gateway?.close();
  await county.close();
});

describe("a restart, from the register to the closed case", () => {
  it("beginsWithAFileOfSitesThatAnOfficerLooksAtAndImports", async () => {
    const file = [
      "编号,企业名称,所属区域,地址,原用电负荷（千瓦）,纬度,经度",
      `${SITE},青石精细染化厂,青石镇,青石镇工业路 7 号,60,37.5241,111.1448`,
    ].join("\r\n");
    await forbiddenTo({ village: 403, installer: 403, auditor: 403 }, ["POST", "/imports", file]);
    const abroad = expectStatus(await as("stranger").send("POST", "/imports", file), 201);
    expect(abroad.body.bad).toMatchObject([{ row: 2, column: "C" }]);
    const { body: preview } = expectStatus(await as("officer").send("POST", "/imports", file), 201);
    expect(preview).toMatchObject({ counts: { add: 1, change: 0 }, bad: [] });
    const apply = ["POST", `/imports/${preview.id}/apply`, {}] as const;
    await forbiddenTo({ village: 403, installer: 403, auditor: 403, stranger: 404 }, [...apply]);
    expectStatus(await as("officer").send(...apply), 200);
  });

  it("hasAGatewayThatAnInstallerEnrols", async () => {
    const request = ["POST", `/sites/${SITE}/claims`, {}] as const;
    await forbiddenTo({ village: 403, officer: 403, auditor: 403, stranger: 403 }, [...request]);
    const { body: claim } = expectStatus(await as("installer").send(...request), 201);
    const key = await newGatewayKey();
    const { secret } = parseClaimCode(claim.code);
    const enrolled = await askCounty(county, {
      path: "/enrol/v1/claim",
      body: { secret, csr: key.csr, software: "by hand" },
    });
    expect(enrolled.status).toBe(200);
    gateway = await TlsGateway.connect(county, { ...key, ...JSON.parse(enrolled.text) });
  });

  it("isToldToWhomeverIsOnDutyByTheRobotAndByText", async () => {
    const when = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" };
    const rota = { shifts: [{ users: [as("officer").id], when, chains: [["robot"], ["sms"]] }] };
    const request = ["PUT", "/regions/yunxi/duty", rota, 0] as const;
    await forbiddenTo({ village: 403, officer: 403, installer: 403, auditor: 403, stranger: 403 }, [
      ...request,
    ]);
    expectStatus(await as("admin").send(...request), 200);
    await gateway.beat(openingRecords(Date.now() - 10 * MINUTE_MS));
    await gateway.beat([
      {
        type: "event",
        atMs: 9 * MINUTE_MS,
        event: "contact-changed",
        device: "contacts-1",
        channel: 3,
        value: 0,
      },
    ]);
    await Promise.all([county.robot, county.sms].map((one) => one.until(({ length }) => length > 0)));
    expect(county.robot.received[0]?.body).toContain("青石精细染化厂");
    expect(county.robot.received[0]?.body).toContain("封条 S2");
    const one = await caseIn("notified");
    expect(one).toMatchObject({ level: "orange", regionPath: "dongping/yunxi/qingshi/", ongoing: true });
  });

  it("isAcknowledgedByAPersonalLinkThatActsOnlyWhenPosted", async () => {
    const { id, version } = await newestCase();
    await forbiddenTo({ admin: 403, auditor: 403, installer: 403, stranger: 404 }, [
      ...(["POST", `/cases/${id}/acknowledge`, {}, version] as const),
    ]);
    const { text } = JSON.parse(county.sms.received[0]?.body ?? "{}");
    const link = /https:\/\/sealwatch\.example(\/a\/[\w.-]+)$/.exec(text)?.[1] ?? "";
    expect((await county.page("GET", link)).status).toBe(200);
    expect((await newestCase()).state).toBe("notified");
    expect(await (await county.page("POST", link)).text()).toContain("已确认收到");
    expect((await newestCase()).state).toBe("acknowledged");
  });

  it("sendsSomebodyFromTheVillageWhoFindsAndPhotographs", async () => {
    const { id, version } = await newestCase();
    const order = { kind: "night", persons: [as("village").id], dueMs: Date.now() + 3 * HOUR_MS };
    const assign = ["POST", `/cases/${id}/assign`, order, version] as const;
    await forbiddenTo({ admin: 403, village: 403, auditor: 403, installer: 403, stranger: 404 }, [...assign]);
    const { visit } = expectStatus(await as("officer").send(...assign), 200).body;
    await county.sms.until((received) => received.some(({ body }) => body.includes("突击夜查")));

    const photos = `/visits/${visit}/photos`;
    await forbiddenTo({ admin: 403, auditor: 403, installer: 403, stranger: 404 }, ["POST", photos, PHOTO]);
    const { photo } = expectStatus(await as("village").send("POST", photos, PHOTO), 201).body;
    expect(photo).toBe(createHash("sha256").update(PHOTO).digest("hex"));
    await forbiddenTo({ installer: 404, stranger: 404 }, ["GET", `/photos/${photo}`]);
    expectStatus(await as("officer").send("GET", `/photos/${photo}`), 200);

    const [startedMs, endedMs] = [Date.now() - MINUTE_MS, Date.now()];
    const record = { startedMs, endedMs, found: "production", answers: ANSWERS, notes: "三台反应釜在转" };
    const write = ["POST", `/visits/${visit}/record`, record, 1] as const;
    await forbiddenTo({ admin: 403, auditor: 403, installer: 403, stranger: 404 }, [...write]);
    expectStatus(await as("village").send(...write), 200);
    expect((await newestCase()).state).toBe("visited");
  });

  it("isConfirmedByTheCountyAndByNobodyElseAndClosed", async () => {
    const others = { admin: 403, village: 403, auditor: 403, installer: 403, stranger: 404 } as const;
    const { id, version } = await newestCase();
    const decide = [
      "POST",
      `/cases/${id}/decide`,
      { verdict: "confirmed", reason: "现场生产" },
      version,
    ] as const;
    await forbiddenTo(others, [...decide]);
    const decided = expectStatus(await as("officer").send(...decide), 200).body;
    // Given once: what a human decided is corrected, never overwritten.
    expectStatus(await as("officer").send("POST", `/cases/${id}/decide`, decide[2], decided.version), 409);
    const close = ["POST", `/cases/${id}/close`, { reason: "已移送" }, decided.version] as const;
    await forbiddenTo(others, [...close]);
    expectStatus(await as("officer").send(...close), 200);
    const { body } = expectStatus(await as("auditor").send("GET", `/cases/${id}`), 200);
    expect(body.entries.map((entry: { act: string; name: string }) => `${entry.act} ${entry.name}`)).toEqual([
      ...["opened system", "notified system", "acknowledged officer 某某", "visit-assigned officer 某某"],
      ...["visited village 某某", "decided officer 某某", "closed officer 某某"],
    ]);
    expect(body.visits[0].photos).toHaveLength(1);
  });

  it("isProvenByAnAuditLogThatNobodyCanChangeUnseen", async () => {
    await forbiddenTo({ officer: 403, village: 403, installer: 403, stranger: 403 }, ["GET", "/audit"]);
    const { body } = expectStatus(await as("auditor").send("GET", "/audit?limit=200"), 200);
    const actions = new Set(body.items.map(({ action }: { action: string }) => action));
    for (const action of [
      "site.enter",
      "gateway.claim",
      "case.opened",
      "case.acknowledged",
      "visit.record",
    ]) {
      expect(actions).toContain(action);
    }
    expect(JSON.parse(await county.run("audit", "verify", "--json"))).toMatchObject({ brokenAt: null });
  });
});
