import { execFile } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { JournalPosition, JournalRecord } from "@sealwatch/protocols";
import { encodeSegment } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { JournalWriter } from "../rig/journal-writer.ts";
import { runProduct } from "../rig/product-process.ts";
import { GATEWAY, SITE } from "../rig/site-files.ts";

const run = promisify(execFile);
/** Debian's own, which sees python3-cryptography and python3-cbor2 whatever else is in the path. */
const PYTHON = "/usr/bin/python3";
const HARNESS = new URL("tamper-evidence.py", import.meta.url).pathname;
const MINUTE_MS = 60_000;
const UTC_MS = Date.UTC(2026, 2, 1);

let rig: CloudRig;
let bundle: string;

/** A few readings with a hole, small enough that every bit of a bundle can be flipped. */
const records = (minute: number): JournalRecord[] => [
  {
    type: "clock",
    atMs: minute * MINUTE_MS,
    utcMs: UTC_MS + minute * MINUTE_MS,
    uncertaintyMs: 9,
    source: "system",
  },
  ...[0, 1, 2].map(
    (second): JournalRecord => ({
      ...{ type: "sample", atMs: minute * MINUTE_MS + second * 1_000, channels: [1, 2] },
      ...{ scaled: [400 + 7 * second, second === 1 ? null : 60], qualities: [0, second === 1 ? 1 : 0] },
    }),
  ),
  {
    type: "run",
    atMs: minute * MINUTE_MS + 5_000,
    channel: 3,
    value: 1,
    fromMs: minute * MINUTE_MS,
    polls: 5,
    longestGapMs: 200,
  },
];

/** Writes an epoch of three segments, the middle one without its body, and returns where it ended. */
async function writeEpoch(
  epoch: string,
  parent: JournalPosition | null,
  minute: number,
): Promise<JournalPosition[]> {
  const gateway = await HandGateway.connect(rig, epoch, { parent });
  const writer = new JournalWriter(GATEWAY, rig.signer, epoch, parent);
  const places: JournalPosition[] = [];
  for (const step of [0, 1, 2]) {
    const { segment } = writer.next(records(minute + step));
    await gateway.publish("segment", encodeSegment({ ...segment, body: step === 1 ? null : segment.body }));
    places.push(writer.head);
  }
  await gateway.close();
  return places;
}

beforeAll(async () => {
  rig = await startCloudRig();
  bundle = join(rig.folder, "bundle");
  const first = await writeEpoch("00000000000000f0", null, 0);
  const second = await writeEpoch("00000000000000f1", first[2] ?? null, 10);
  // An old image of the card was put back: a branch.
  await writeEpoch("00000000000000f2", second[0] ?? null, 20);
  await HandGateway.connect(rig, "00000000000000f2", { parent: second[0] ?? null }).then((last) =>
    last.close(),
  );
  const range = ["--from", "2026-03-01T00:00Z", "--to", "2026-03-01T01:00Z", "--out", bundle];
  // Through the socket of the running cloud.
  console.log(
    await runProduct("cloud", [
      "evidence",
      "export",
      "--config",
      join(rig.folder, "cloud.yaml"),
      "--site",
      SITE,
      ...range,
    ]),
  );
}, 120_000);
afterAll(() => rig.close());

const verify = (...args: readonly string[]) =>
  run(PYTHON, [join(bundle, "verify.py"), ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

describe("evidence, checked by a program that shares no code", () => {
  it("isProvenWithItsBranchAndWhatWasGivenUp", async () => {
    const { code, stdout } = await verify(
      "--cloud-key",
      readFileSync(join(bundle, "cloud-key.txt"), "utf8").trim(),
    );
    console.log(stdout);
    expect(code).toBe(0);
    expect(stdout).toContain("结论：证据完整");
    expect(stdout).toContain("VERDICT: PROVEN");
    expect(stdout).toContain("00000000000000f2/1: a branch");
    expect(stdout).toMatch(/bodies given up 3/);
  });

  it("isRefusedUnderAnotherKeyThanThePaperSays", async () => {
    const { code, stdout } = await verify("--cloud-key", "00".repeat(32));
    expect(code).toBe(1);
    expect(stdout).toContain("结论：证据不成立");
  });

  it("nothingCanBeChangedRemovedSwappedRepeatedOrCutUnseen", { timeout: 400_000 }, async () => {
    const seedOf = (pem: string) => {
      const { d = "" } = createPrivateKey(pem).export({ format: "jwk" });
      return Buffer.from(d, "base64url").toString("hex");
    };
    const other = generateKeyPairSync("ed25519")
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString();
    const cloudSeed = seedOf(readFileSync(join(rig.folder, "data", "cloud.key"), "utf8"));
    const order = { bundle, cloudSeed, otherSeed: seedOf(other) };
    const { stdout } = await run(PYTHON, [HARNESS, JSON.stringify(order)], { maxBuffer: 64 * 1024 * 1024 });
    const report = JSON.parse(stdout);
    console.log(JSON.stringify({ ...report, accepted: report.accepted.length }));
    expect(report.accepted).toEqual([]);
    expect(report).toMatchObject({ segments: 9, pinned: true });
    expect(report.receipts).toBeGreaterThanOrEqual(3);
    expect(report.flips).toBeGreaterThan(100_000);
    expect(report.contentFlips).toBeGreaterThan(10_000);
    expect(report.forgeries).toBeGreaterThan(40);
    expect(report.openEnds).toBe(1);
  });
});
