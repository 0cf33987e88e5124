import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../store/database.ts";
import { createToken, findToken, listTokens, revokeToken } from "./token-book.ts";

it("tokensThatEndedAreForgottenBeyondTheTwentyNewestAndLiveOnesNever", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sw-tokens-"));
  const { db, close } = await openDatabase(join(folder, "cloud.sqlite"));
  const order = { label: "export", permissions: ["site.read" as const], expiresMs: 1_000_000 };
  const live = await createToken(db, "u1", order, 0);
  const others = await createToken(db, "u2", order, 0);
  await revokeToken(db, "u2", others.id, 0);
  let newest = "";
  for (let nowMs = 1; nowMs <= 50; nowMs++) {
    newest = (await createToken(db, "u1", order, nowMs)).id;
    await revokeToken(db, "u1", newest, nowMs);
  }
  const kept = await listTokens(db, "u1");
  // The newest was revoked after the last look.
  expect(kept).toHaveLength(22);
  expect([kept[0]?.id, kept.at(-1)?.id]).toEqual([newest, live.id]);
  expect(await findToken(db, live.token, 100)).toMatchObject({ account: "u1" });
  expect(await listTokens(db, "u2")).toHaveLength(1);
  await close();
  rmSync(folder, { recursive: true });
});
