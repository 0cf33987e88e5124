import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519PublicKey, ed25519Signer } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EvidencedSite, fiveMinutes, GATEWAY, MINUTE_MS, SITE, UTC_MS } from "./evidenced-site.fixture.ts";
import { type ExportedEvidence, exportEvidence } from "./export-evidence.ts";

const site = new EvidencedSite();
const progress: [number, number][] = [];
let exported: ExportedEvidence;
const out = join(site.folder, "bundle");

/** Writes segments of five minutes in [fromMin, toMin) of an epoch that began at `zeroMs`, with time going on. */
async function write(fromMin: number, toMin: number, zeroMs: number): Promise<void> {
  for (let minute = fromMin; minute < toMin; minute += 5) {
    site.nowMs = zeroMs + (minute + 5) * MINUTE_MS;
    await site.write(fiveMinutes(minute, zeroMs), minute === 100);
  }
}

function exportRange(fromMin: number, toMin: number, folder: string): Promise<ExportedEvidence> {
  if (!site.store) throw new Error("no store");
  return exportEvidence(
    {
      ...{ db: site.store.db, signer: ed25519Signer(site.cloudPem), ca: null, nowMs: site.nowMs },
      cloudKey: ed25519PublicKey(site.cloudPem),
      pace: async () => {},
      onProgress: (done, total) => progress.push([done, total]),
    },
    {
      site: { id: SITE, name: { zh: "青石精细染化厂", en: "Qingshi Dyes" } },
      gateways: [{ id: GATEWAY, publicKey: ed25519PublicKey(site.gatewayPem), certificate: null }],
      ...{ fromMs: UTC_MS + fromMin * MINUTE_MS, toMs: UTC_MS + toMin * MINUTE_MS, out: folder },
    },
  );
}

beforeAll(async () => {
  await site.open();
  await site.connect("00000000000000e0");
  await write(0, 150, UTC_MS);
  await site.pipeline?.addContext(SITE, {
    ...{ kind: "gateway-silent", effectiveMs: UTC_MS + 150 * MINUTE_MS, gateway: GATEWAY },
  });
  await site.connect("00000000000000e1");
  await write(0, 100, UTC_MS + 200 * MINUTE_MS);
  exported = await exportRange(90, 250, out);
});
afterAll(() => site.close());

const manifest = () => JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));

describe("an evidence bundle", () => {
  it("reachesFromReceiptToReceiptAroundTheRange", () => {
    // Receipts: the first segment of each epoch, and then hourly.
    const [gateway] = exported.gateways;
    expect(gateway?.epochs).toEqual([
      { epoch: "00000000000000e0", start: "genesis", firstSeq: 14, lastSeq: 30 },
      { epoch: "00000000000000e1", start: "chained", firstSeq: 1, lastSeq: 13 },
    ]);
    expect(gateway).toMatchObject({ segments: 30, receipts: 4, contradictions: 0 });
    expect(progress.at(-1)).toEqual([30, 30]);
  });

  it("listsEveryFileWithItsHashUnderTheCloudsSignature", () => {
    const { files } = manifest();
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(join(out, path));
      expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
    }
    const key = { kty: "OKP", crv: "Ed25519", x: ed25519PublicKey(site.cloudPem) };
    const signed = Buffer.concat([
      Buffer.from("sealwatch-evidence-manifest/1\n"),
      readFileSync(join(out, "manifest.json")),
    ]);
    const signature = readFileSync(join(out, "manifest.sig"));
    expect(verify(null, signed, createPublicKey({ key, format: "jwk" }), signature)).toBe(true);
  });

  it("carriesTheContextLogOfItsSiteAsAChain", () => {
    const lines = readFileSync(join(out, "context.jsonl"), "utf8").trim().split("\n");
    const [first] = lines.map((line) => JSON.parse(line));
    const text = `${first.prev}\n${first.text}`;
    expect(createHash("sha256").update(text).digest("hex")).toBe(first.hash);
    expect(manifest().logs).toContainEqual({ path: "context.jsonl", entries: 1 });
  });

  it("isNotWrittenOverAnother", async () => {
    await expect(exportRange(90, 250, out)).rejects.toThrow(/EVIDENCE_OUT_UNUSABLE.*not empty/);
  });

  it("ofATimeWithoutRecordsSaysSo", async () => {
    const empty = await exportRange(100_000, 100_001, join(site.folder, "empty"));
    expect(empty.gateways).toMatchObject([{ segments: 0, epochs: [], receipts: 0 }]);
    expect(existsSync(join(site.folder, "empty", "verify.py"))).toBe(true);
  });
});
