import { afterEach, beforeEach, expect, it } from "vitest";
import { levelRank } from "./notification.ts";
import { OutboxRig, START_MS } from "./outbox.fixture.ts";
import { forgetTold, TOLD_KEPT_MS } from "./outbox-retention.ts";

let rig: OutboxRig;
beforeEach(async () => {
  rig = await new OutboxRig().open();
});
afterEach(() => rig.close());

/** A day after everything of the start has passed its time. */
const LATER_MS = START_MS + TOLD_KEPT_MS + 86_400_000;
const OUTBOX = [
  ...(["notification", "delivery", "delivery_message", "delivery_attempt"] as const),
  "acknowledge_link" as const,
];
async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of OUTBOX) {
    const { rows } = await rig.db
      .selectFrom(table)
      .select((select) => select.fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
    found[table] = rows;
  }
  return found;
}
const EMPTY = Object.fromEntries(OUTBOX.map((table) => [table, 0]));
const told = async (): Promise<string[]> =>
  (await rig.db.selectFrom("notification").select("id").orderBy("id").execute()).map(({ id }) => id);

async function openCase(id: string, closedMs: number | null): Promise<void> {
  await rig.db
    .insertInto("case")
    .values({
      ...{ id, site: "qingshi-dyes", region_path: "", alert: "a1", state: closedMs ? "closed" : "notified" },
      ...{ level: "orange", level_rank: levelRank("orange"), verdict: null, opened_ms: START_MS },
      ...{ closed_ms: closedMs, since_ms: START_MS, due_ms: null, escalate_ms: null, assignees: "" },
      ...{ search_text: "", version: 1, facts_json: "{}" },
    })
    .execute();
}

it("whatWasDeliveredOrGivenUpIsForgottenWithItsTriesAfterItsTime", async () => {
  rig.channel("group");
  rig.channel("deaf");
  rig.behave("deaf", () => ({ kind: "refused", code: "40058", why: "no" }));
  await rig.rota({ chains: [["deaf", "group"]] });
  await rig.start();
  await rig.enqueue({ id: "n1", case: null });
  await rig.clock.advance(1_000);
  await rig.stop();
  const link = { token_hash: "ab", case_id: "case-7", person: "u1", used_ms: START_MS };
  await rig.db.insertInto("acknowledge_link").values(link).execute();
  const before = await counts();
  expect(before).toMatchObject({ notification: 1, delivery: 2, delivery_message: 2, delivery_attempt: 4 });

  expect(await forgetTold(rig.db, START_MS + TOLD_KEPT_MS)).toBe(0);
  expect(await counts()).toEqual(before);
  expect(await forgetTold(rig.db, LATER_MS)).toBe(1);
  // Their messages are empty now: those go at the next look.
  await forgetTold(rig.db, LATER_MS);
  expect(await counts()).toEqual(EMPTY);
});

it("whatIsStillDueStaysHoweverOldItIs", async () => {
  rig.channel("group");
  rig.behave("group", () => ({ kind: "retry", code: "503", why: "busy" }));
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  await rig.enqueue({ id: "waits", case: null });
  await rig.clock.advance(1_000);
  await rig.stop();
  await rig.enqueue({ id: "is-new", case: null });
  const before = await counts();
  expect(await forgetTold(rig.db, LATER_MS)).toBe(0);
  expect(await counts()).toEqual(before);
});

it("whatWasToldOfACaseStaysUntilItHasBeenClosedAsLong", async () => {
  rig.channel("group");
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  await openCase("open", null);
  await openCase("closed-late", START_MS + TOLD_KEPT_MS / 2);
  await openCase("closed-soon", START_MS + 1_000);
  for (const id of ["open", "closed-late", "closed-soon"]) await rig.enqueue({ id, case: id, level: "red" });
  await rig.clock.advance(1_000);
  await rig.stop();
  await forgetTold(rig.db, LATER_MS);
  expect(await told()).toEqual(["closed-late", "open"]);
  for (let looks = 0; looks < 2; looks++) await forgetTold(rig.db, LATER_MS + TOLD_KEPT_MS / 2);
  expect(await told()).toEqual(["open"]);
  expect(await counts()).toMatchObject({ delivery: 1, delivery_message: 1, delivery_attempt: 2 });
});

it("aDigestStaysOnRecordAsLongAsAnyOfItsNotifications", async () => {
  rig.channel("group");
  await rig.rota({ chains: [["group"]] });
  await openCase("open", null);
  for (const id of ["a", "b"]) await rig.enqueue({ id, case: null, level: "blue" });
  await rig.enqueue({ id: "c", case: "open", level: "blue" });
  await rig.start();
  await rig.clock.advance(1_000);
  await rig.stop();
  expect(rig.got("group")).toEqual([["a", "b", "c"]]);
  for (let looks = 0; looks < 2; looks++) await forgetTold(rig.db, LATER_MS);
  expect(await told()).toEqual(["c"]);
  expect(await counts()).toMatchObject({ delivery: 1, delivery_message: 1, delivery_attempt: 2 });
});

it("forgetsInBoundedPortionsTheOldestFirst", async () => {
  const row = { case_id: null, region_path: "", level_rank: 0, state: "expired" as const, look_ms: 0 };
  for (let number = 0; number < 150; number++) {
    const id = String(number).padStart(3, "0");
    const values = { ...row, id, created_ms: START_MS + number, notification_json: "{}" };
    await rig.db.insertInto("notification").values(values).execute();
  }
  expect(await forgetTold(rig.db, LATER_MS)).toBe(100);
  expect((await told())[0]).toBe("100");
  expect(await forgetTold(rig.db, LATER_MS)).toBe(50);
  expect(await forgetTold(rig.db, LATER_MS)).toBe(0);
});
