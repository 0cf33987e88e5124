import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@sealwatch/platform";
import { afterEach, expect, it } from "vitest";
import { PhotoFiles } from "../photos/photo-files.ts";
import { openDatabase } from "../store/database.ts";
import { answerBackup } from "./backup.ts";
import { restoreBackup } from "./restore.ts";

const folder = mkdtempSync(join(tmpdir(), "sealwatch-photos-"));
afterEach(() => rmSync(folder, { recursive: true }));

it("photosComeBackByteForByteAndWhatWasChangedIsNotServed", async () => {
  const [dataDir, other] = [join(folder, "data"), join(folder, "other")];
  const photos = new PhotoFiles(dataDir);
  const bytes = new TextEncoder().encode("the bytes of a picture");
  const hash = photos.write(bytes);
  expect(photos.write(bytes)).toBe(hash);
  const store = await openDatabase(join(dataDir, "cloud.sqlite"));
  const facts = { type: "image/png", bytes: bytes.length, width: 1, height: 1, created_ms: 1 };
  await store.db
    .insertInto("photo")
    .values({ ...facts, hash, taken_ms: null, latitude: null, longitude: null })
    .execute();
  const out = join(folder, "backup");
  const never = new AbortController().signal;
  await answerBackup({ db: store.db, clock: systemClock, config: { dataDir } }, out, () => {}, never);
  await store.close();

  await restoreBackup(out, other);
  const restored = new PhotoFiles(other);
  expect(restored.read(hash)).toEqual(bytes);
  const file = join(other, "photos", hash.slice(0, 2), hash);
  expect(existsSync(file)).toBe(true);
  writeFileSync(file, "another picture");
  expect(restored.read(hash)).toBeNull();
  expect(restored.read("../../cloud.sqlite")).toBeNull();
  const back = await openDatabase(join(other, "cloud.sqlite"));
  const tables = (await back.db.introspection.getTables()).map(({ name }) => name);
  await back.close();
  expect(tables.filter((name) => name.startsWith("backup_"))).toEqual([]);
});
