import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Verifier } from "@sealwatch/protocols";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadCloudKey } from "./cloud-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sw-cloud-key-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("staysTheSameOverRestartsAndIsReadByItsOwnerOnly", () => {
  const { signer, publicKey } = loadCloudKey(folder);
  const message = Buffer.from("a head");
  const again = loadCloudKey(folder);
  expect(again.publicKey).toBe(publicKey);
  expect(ed25519Verifier(again.publicKey).verify(message, signer.sign(message))).toBe(true);
  expect(statSync(join(folder, "cloud.key")).mode & 0o777).toBe(0o600);
});

it("isNeverReplacedWhenItCannotBeUsed", () => {
  const file = join(folder, "cloud.key");
  const rsa = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  for (const text of ["", "not a key", rsa.export({ type: "pkcs8", format: "pem" }).toString()]) {
    writeFileSync(file, text);
    expect(() => loadCloudKey(folder)).toThrow(/CLOUD_KEY_UNUSABLE: .*cloud\.key/);
    expect(readFileSync(file, "utf8")).toBe(text);
  }
});
