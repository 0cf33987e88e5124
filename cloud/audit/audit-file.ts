import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf } from "@sealwatch/platform";
import { ed25519Verifier } from "@sealwatch/protocols";
import { z } from "zod";
import { cloudError } from "../errors.ts";
import type { CloudKey } from "../identity/cloud-key.ts";
import type { Database } from "../store/database.ts";
import { CHAIN_PAGE_ROWS, type ChainVerdict, linkProblem } from "../store/walk-chain.ts";

/** One act with its detail stays far below. */
const LINE_MAX_CHARS = 1_000_000;

const rowSchema = z.strictObject({ id: z.int(), prev: z.string(), entry: z.string(), hash: z.string() });
const sealSchema = z.strictObject({
  entries: z.int(),
  head: z.string().nullable(),
  atMs: z.number(),
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  signature: z.string().max(200),
});
type Seal = z.output<typeof sealSchema>;

/** What a file's walk found: the chain's verdict, and who sealed it when. */
export interface AuditFileVerdict extends ChainVerdict {
  readonly sealedMs: number;
  readonly publicKey: string;
}

/**
 * Writes the audit log as JSON lines, each entry with the exact text that its hash covers, and last a seal: how many entries, the last
 * one's hash and the time, signed by the county's key. Throws AUDIT_FILE_UNUSABLE.
 */
export async function exportAudit(
  db: Database,
  { signer, publicKey }: CloudKey,
  file: string,
  nowMs: number,
): Promise<{ entries: number; head: string | null }> {
  try {
    const out = createWriteStream(file, { flags: "wx" });
    await once(out, "open");
    let entries = 0;
    let head: string | null = null;
    for (let after = 0; ; ) {
      const rows = await db
        .selectFrom("audit")
        .select(["id", "prev_hash", "entry_json", "hash"])
        .where("id", ">", after)
        .orderBy("id")
        .limit(CHAIN_PAGE_ROWS)
        .execute();
      const lines = rows.map(({ id, prev_hash, entry_json, hash }) =>
        JSON.stringify({ id, prev: prev_hash, entry: entry_json, hash }),
      );
      if (lines.length > 0 && !out.write(`${lines.join("\n")}\n`)) await once(out, "drain");
      entries += rows.length;
      head = rows.at(-1)?.hash ?? head;
      after = rows.at(-1)?.id ?? after;
      if (rows.length < CHAIN_PAGE_ROWS) break;
    }
    const signature = Buffer.from(signer.sign(sealedText({ entries, head, atMs: nowMs }))).toString(
      "base64url",
    );
    out.end(`${JSON.stringify({ entries, head, atMs: nowMs, publicKey, signature })}\n`);
    await once(out, "finish");
    return { entries, head };
  } catch (cause) {
    throw cloudError("AUDIT_FILE_UNUSABLE", { file, why: messageOf(cause) }, cause);
  }
}

/** Walks an exported file, needing nothing else. Throws AUDIT_FILE_UNUSABLE for what is no such file. */
export async function verifyAuditFile(file: string): Promise<AuditFileVerdict> {
  const unusable = (why: string, cause?: unknown) => cloudError("AUDIT_FILE_UNUSABLE", { file, why }, cause);
  let entries = 0;
  let head: string | undefined;
  let brokenAt: ChainVerdict["brokenAt"] = null;
  let last = "";
  const walk = (line: string): void => {
    const { id, prev, entry, hash } = rowSchema.parse(JSON.parse(line));
    const why = linkProblem({ entry_json: entry, prev_hash: prev, hash }, head);
    if (why !== null) brokenAt ??= { id, why };
    head = hash;
    entries++;
  };
  try {
    for await (const line of createInterface({ input: createReadStream(file, "utf8") })) {
      if (line.length > LINE_MAX_CHARS) throw unusable("a line is too long");
      if (last !== "") walk(last);
      last = line;
    }
    const seal = sealSchema.parse(JSON.parse(last));
    if (!isSealed(seal)) brokenAt ??= { id: entries, why: "the seal at its end is not the key's" };
    if (seal.entries !== entries || seal.head !== (head ?? null)) {
      brokenAt ??= { id: entries, why: `the seal is of ${seal.entries} entries with another end` };
    }
    return { entries, head: head ?? null, brokenAt, sealedMs: seal.atMs, publicKey: seal.publicKey };
  } catch (cause) {
    throw unusable(messageOf(cause), cause);
  }
}

function isSealed(seal: Seal): boolean {
  const signature = Buffer.from(seal.signature, "base64url");
  return ed25519Verifier(seal.publicKey).verify(sealedText(seal), signature);
}

function sealedText({ entries, head, atMs }: Pick<Seal, "entries" | "head" | "atMs">): Uint8Array {
  return new TextEncoder().encode(`sealwatch audit v1\n${entries}\n${head ?? ""}\n${atMs}`);
}
