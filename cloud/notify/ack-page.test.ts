import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FastifyInstance, fastify } from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { type AcknowledgeOutcome, registerAcknowledgePage } from "./ack-page.ts";
import type { LinkedAlert } from "./ack-page-html.ts";
import { acknowledgeKey, signClaim } from "./acknowledge-link.ts";
import { SteppedClock } from "./stepped-clock.fixture.ts";

let folder: string;
let store: OpenDatabase;
let app: FastifyInstance;
let key: Uint8Array;
let outcome: AcknowledgeOutcome | Error = "acknowledged";
let alert: LinkedAlert | null;
const acts: { case: string; user: string; tokenHash: string }[] = [];
const clock = new SteppedClock(100_000);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-ack-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
  key = acknowledgeKey(folder);
  app = fastify();
  outcome = "acknowledged";
  alert = {
    ...{ level: "orange", provisional: false, siteName: { zh: "<script>青石", en: "Qingshi" } },
    ...{ sinceMs: Date.UTC(2026, 10, 21, 18, 10), endedMs: null, utcOffsetMin: 480 },
    reason: { zh: "总进线功率升至 12.4 kW", en: "incomer power rose to 12.4 kW" },
  };
  registerAcknowledgePage(app, {
    ...{ db: store.db, clock, key, alertOf: async (_db, id) => (id === "case-7" ? alert : null) },
    acknowledge: async (_tx, claim, { tokenHash }) => {
      if (outcome instanceof Error) throw outcome;
      acts.push({ case: claim.case, user: claim.user, tokenHash });
      return outcome;
    },
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await app.close();
  await store.close();
  acts.splice(0);
  rmSync(folder, { recursive: true });
});

const token = (change: object = {}) =>
  signClaim({ case: "case-7", user: "u1", expiresMs: 160_000, ...change }, key);
async function ask(method: "GET" | "POST", given: string) {
  const { port } = app.server.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/a/${given}`, {
    method,
    // As a browser sends a form without fields.
    ...(method === "POST"
      ? { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "" }
      : {}),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

it("theKeyIsForItsOwnerOnly", () => {
  expect(statSync(join(folder, "acknowledge.key")).mode & 0o777).toBe(0o600);
  expect(acknowledgeKey(folder)).toEqual(key);
});

it("aLookShowsAndNeverActs", async () => {
  for (let times = 0; times < 3; times++) {
    const { status, text, headers } = await ask("GET", token());
    expect(status).toBe(200);
    expect(text).toContain('<form method="post">');
    expect(text).toContain("&lt;script&gt;青石");
    expect(text).toContain("总进线功率升至 12.4 kW");
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  }
  expect(acts).toEqual([]);
});

it("namesLevelSiteSinceWhenAndWhyInBothLanguagesAndWhatTheButtonDoes", async () => {
  const { text } = await ask("GET", token());
  for (const words of [
    ...['<div class="level orange">橙色提示<small lang="en">orange</small>', "Qingshi"],
    ...["自 11-22 02:10 起", "since 11-22 02:10", "总进线功率升至 12.4 kW", "incomer power rose to 12.4 kW"],
    ...["按下按钮即确认", "Pressing the button acknowledges", "Opening this page does not"],
  ]) {
    expect(text).toContain(words);
  }
  if (alert) alert = { ...alert, level: "red", provisional: true, endedMs: alert.sinceMs + 3_600_000 };
  const later = (await ask("GET", token())).text;
  expect(later).toContain('<div class="level red">红色提示（待核实）');
  expect(later).toContain("自 11-22 02:10 起，至 11-22 03:10 止");
  // Where nothing is known of the case any more it can be acknowledged all the same.
  alert = null;
  expect((await ask("GET", token())).text).toContain('<form method="post">');
});

it("aPostActsOnceAndSaysSoAfterwards", async () => {
  const done = (await ask("POST", token())).text;
  expect(done).toContain("已确认收到");
  expect(done).toContain("橙色提示");
  expect(done).not.toContain("<form");
  expect((await ask("POST", token())).text).toContain("此前已确认");
  const { text } = await ask("GET", token());
  expect(text).toContain("此前已确认");
  expect(text).not.toContain("<form");
  expect(acts).toMatchObject([{ case: "case-7", user: "u1" }]);
});

it("anExpiredOrForeignLinkDoesNothing", async () => {
  const late = token({ expiresMs: 50_000 });
  expect(await ask("GET", late)).toMatchObject({ status: 410, text: expect.stringContaining("已过期") });
  expect(await ask("POST", late)).toMatchObject({ status: 410 });
  expect(await ask("POST", `${token().slice(0, -2)}xx`)).toMatchObject({ status: 404 });
  expect(await ask("GET", "nothing")).toMatchObject({
    status: 404,
    text: expect.not.stringContaining("青石"),
  });
  expect(acts).toEqual([]);
});

it.each([
  ["closed", 409],
  ["refused", 403],
  ["already", 200],
] as const)("aCaseThatAnswers %s is told as %d", async (told, status) => {
  outcome = told;
  const answer = await ask("POST", token());
  expect(answer.status).toBe(status);
  expect(answer.text.includes("橙色提示")).toBe(told === "already");
});

it("aFailedActLeavesTheLinkUsable", async () => {
  outcome = new Error("the disk is full");
  expect((await ask("POST", token())).status).toBe(500);
  outcome = "acknowledged";
  expect((await ask("POST", token())).text).toContain("已确认收到");
});
