import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { type CloudKey, loadCloudKey } from "./cloud-key.ts";
import { decodeRevocation, encodeRevocation, type Revocation } from "./revocation.ts";
import { RevocationList } from "./revocation-list.ts";

let folder: string;
let store: OpenDatabase;
let key: CloudKey;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-revocations-"));
  file = join(folder, "revocations.jsonl");
  store = await openDatabase(join(folder, "cloud.sqlite"));
  key = loadCloudKey(folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const open = (newCounty = false) => RevocationList.open(store.db, folder, key, newCounty);
const revocation = (gateway: string, replacedBy: string | null = null): Revocation => ({
  ...{ v: 1, gateway, publicKey: gateway.padEnd(43, "A"), revokedMs: 5, reason: "lost", replacedBy },
});

describe("the revocation list", () => {
  it("beginsEmptyWithAFileAndOutlivesARestart", async () => {
    const list = await open(true);
    expect(list.problem).toBeNull();
    expect(existsSync(file)).toBe(true);
    await list.revoke(revocation("gw-1"));
    await list.revoke(revocation("gw-1"));
    await list.revoke(revocation("gw-1", "gw-2"));
    await list.revoke(revocation("gw-1", "gw-3"));
    const again = await open();
    expect(again).toMatchObject({ problem: null, all: [revocation("gw-1", "gw-2")] });
    expect(again.ofKey(revocation("gw-1").publicKey)).toBe("gw-1");
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
  });

  it("tellsAnOlderDatabaseWhatItLacks", async () => {
    await (await open(true)).revoke(revocation("gw-1"));
    await store.db.deleteFrom("revocation").execute();
    const again = await open();
    expect(again).toMatchObject({ problem: null, all: [revocation("gw-1")] });
    const rows = await store.db.selectFrom("revocation").select("gateway").execute();
    expect(rows).toEqual([{ gateway: "gw-1" }]);
  });

  it.each([
    ["lost", () => rmSync(file), /is missing/],
    ["emptied", () => writeFileSync(file, ""), /lacks 1 revocations/],
    [
      "altered",
      () => writeFileSync(file, readFileSync(file, "utf8").replace("lost", "gone")),
      /line 1 .*not signed/,
    ],
  ])(
    "suspendsTheIssueWhenTheFileWas %s, and knows who is revoked all the same",
    async (_what, harm, problem) => {
      await (await open(true)).revoke(revocation("gw-1"));
      const copy = readFileSync(file, "utf8");
      harm();
      const list = await open();
      expect(list.problem).toMatch(problem);
      expect(() => list.requireOrder()).toThrow(/ISSUING_SUSPENDED/);
      expect(list.of("gw-1")).not.toBeNull();
      await list.revoke(revocation("gw-2"));
      expect(await list.import(copy, "copy")).toBe(0);
      expect(list.problem).toBeNull();
      const again = await open();
      expect(again.problem).toBeNull();
      expect(again.all.map(({ gateway }) => gateway).sort()).toEqual(["gw-1", "gw-2"]);
    },
  );

  it("isSuspendedWhereACaIsOldAndTheFileIsNot", async () => {
    expect((await open(false)).problem).toMatch(/is missing/);
  });

  it("cutsOffALineThatAPowerCutLeftUnfinished", async () => {
    await (await open(true)).revoke(revocation("gw-1"));
    appendFileSync(file, encodeRevocation(revocation("gw-2"), key.signer).slice(0, 50));
    const list = await open();
    expect(list).toMatchObject({ problem: null, all: [revocation("gw-1")] });
    await list.revoke(revocation("gw-3"));
    expect((await open()).all).toHaveLength(2);
  });

  it("importsNothingThatAnotherKeySignedAndKeepsWhatWasThere", async () => {
    const list = await open(true);
    await list.revoke(revocation("gw-1"));
    const strangers = mkdtempSync(join(tmpdir(), "sw-stranger-"));
    const foreign = encodeRevocation(revocation("gw-2"), loadCloudKey(strangers).signer);
    rmSync(strangers, { recursive: true });
    expect(decodeRevocation(foreign, key.publicKey)).toBeNull();
    await expect(list.import(`\n${foreign}\n`, "theirs")).rejects.toThrow(
      /REVOCATIONS_UNUSABLE: theirs: line 1/,
    );
    expect(await list.import(`${encodeRevocation(revocation("gw-9"), key.signer)}\n`, "ours")).toBe(1);
    expect(readdirSync(folder)).toContain("revocations.jsonl.before-1");
    expect(list.all).toHaveLength(2);
  });
});
