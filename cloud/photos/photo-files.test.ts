import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PhotoFiles } from "./photo-files.ts";

it("aPictureThatTheDiskHasNoRoomForLeavesNothingBehind", () => {
  const folder = mkdtempSync(join(tmpdir(), "sw-photo-files-"));
  const dir = join(folder, "photos");
  mkdirSync(dir);
  symlinkSync("/dev/full", join(dir, "upload.partial"));
  const photos = new PhotoFiles(folder);
  const bytes = new TextEncoder().encode("the bytes of a picture");
  expect(() => photos.write(bytes)).toThrow(/ENOSPC/);
  expect(readdirSync(dir, { recursive: true }).filter((name) => String(name).includes("partial"))).toEqual(
    [],
  );
  expect(photos.read(photos.write(bytes))).toEqual(bytes);
  rmSync(folder, { recursive: true });
});
