import { afterAll, beforeAll, expect, it } from "vitest";
import { SYSTEM } from "../audit/audit-log.ts";
import { storeAlert } from "../cases/alert-book.ts";
import { actOnCase, findCaseOfAlert } from "../cases/case-book.ts";
import { infoAlert } from "../cases/provisional-alert.ts";
import type { AlertView, ReasonView } from "./contract.ts";
import { type Person, TestCounty } from "./test-county.fixture.ts";

let county: TestCounty;
let officer: Person;
let auditor: Person;
let village: Person;
let stranger: Person;

const reason = (starts: number, nowMs: number): ReasonView => ({
  ...{ rule: "machine-signature", ruleVersion: 1, evidence: "power", strength: "strong", settling: false },
  ...{
    active: false,
    atMs: nowMs,
    fromMs: nowMs,
    toMs: nowMs,
    measured: starts,
    expected: 0,
    unit: "starts",
  },
  ...{ text: { zh: "启动", en: "starts" }, channel: 1, device: "meter-1", gateway: "gw-000001", proof: [] },
});

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("officer", "county-officer", "yunxi");
  auditor = await county.enter("auditor", "auditor", "yunxi");
  village = await county.enter("village", "grid-member", "qingshi");
  stranger = await county.enter("stranger", "county-officer", "linxi");
  await county.whileStopped(async (db) => {
    await county.enterSite(db, "dyes", "dongping/yunxi/qingshi/", "青石染化厂");
    const nowMs = Date.now();
    for (const starts of [5, 10]) {
      const info = infoAlert(
        `dyes:${starts}`,
        "dyes",
        "machine-signature",
        { zh: "机器", en: "machine" },
        nowMs,
        nowMs,
      );
      const alert: AlertView = {
        ...info,
        class: "restart",
        level: "orange",
        reasons: [reason(starts, nowMs)],
      };
      await storeAlert(db, alert, "replica", {
        before: null,
        proves: [],
        fromJournal: true,
        rebuilding: false,
      });
      const facts = await findCaseOfAlert(db, alert.id);
      if (!facts) throw new Error("no case");
      const by = { actor: SYSTEM, nowMs: nowMs + 60_000 };
      const seen = await actOnCase(db, facts, { act: "acknowledged" }, by);
      await actOnCase(db, seen, { act: "decided", verdict: "false-alarm", reason: "邻居" }, by);
    }
  });
}, 180_000);
afterAll(() => county.close());

it("qualityIsToldWithItsCoverageToThoseWhoMayKnow", async () => {
  const { status, body } = await auditor.get("/quality?region=yunxi");
  expect([status, body.cases, body.officers]).toEqual([200, 2, 1]);
  expect(body.verdicts).toMatchObject({ decided: 2, coverage: 1, falseAlarmRate: 1 });
  expect(body.toAcknowledge).toMatchObject({ medianMs: 60_000, known: 2, of: 2 });
  expect(body.worst).toEqual([{ site: "dyes", cases: 2, falseAlarms: 2 }]);
  expect((await village.get("/quality")).status).toBe(403);
  expect((await stranger.get("/quality?region=yunxi")).status).toBe(404);
  expect((await stranger.get("/quality")).body.cases).toBe(0);
  expect((await auditor.get("/quality?fromMs=5&toMs=5")).status).toBe(400);
});

it("aProposalIsAppliedByANamedPersonOnlyAndCountsFromThenOn", async () => {
  const before = (await auditor.get("/sites/dyes/threshold-proposals")).body;
  expect(before.proposals).toMatchObject([{ threshold: "machineStarts", from: 4, to: 12 }]);
  const order = { values: { machineStarts: 12 }, reason: "两次误报均为邻居的焊机" };
  const apply = (who: Person, body: unknown = order) => who.post("/sites/dyes/thresholds", body);
  expect([(await apply(auditor)).status, (await apply(village)).status]).toEqual([403, 403]);
  expect((await apply(stranger)).status).toBe(404);
  expect((await apply(officer, { values: { machineStarts: 100_000 }, reason: "x" })).status).toBe(400);
  expect((await apply(officer)).status).toBe(200);
  const after = (await auditor.get("/sites/dyes/threshold-proposals")).body;
  expect([after.thresholds.machineStarts, after.proposals]).toEqual([12, []]);
  const audit = (await auditor.get("/audit?limit=200")).body.items;
  expect(audit.find(({ action }: { action: string }) => action === "threshold.apply")).toMatchObject({
    actor: officer.id,
  });
});
