import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { enqueueNotification } from "./enqueue-notification.ts";
import { notificationOf } from "./notification.fixture.ts";

let folder: string;
let store: OpenDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-outbox-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
const stored = () =>
  store.db.selectFrom("notification").select(["id", "state", "level_rank", "created_ms"]).execute();

it("theSameFactTwiceIsOneNotification", async () => {
  await enqueueNotification(store.db, notificationOf({ id: "case-1/opened", level: "red" }), 10);
  await enqueueNotification(store.db, notificationOf({ id: "case-1/opened", level: "blue" }), 20);
  expect(await stored()).toEqual([{ id: "case-1/opened", state: "new", level_rank: 4, created_ms: 10 }]);
});

it("isNotThereWhenTheFactIsRolledBack", async () => {
  const failing = store.db.transaction().execute(async (tx) => {
    await enqueueNotification(tx, notificationOf({ id: "case-2/opened" }), 10);
    throw new Error("the fact was not written");
  });
  await expect(failing).rejects.toThrow("the fact was not written");
  expect(await stored()).toEqual([]);
});

it("refusesWhatIsNoNotification", async () => {
  await expect(enqueueNotification(store.db, notificationOf({ id: "" }), 10)).rejects.toThrow(/id/);
});
