import { join } from "node:path";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { CloudKey } from "./cloud-key.ts";
import { decodeRevocation, encodeRevocation, type Revocation, revocationId } from "./revocation.ts";
import {
  appendRevocationLine,
  linesOf,
  readRevocationLines,
  replaceRevocationLines,
} from "./revocation-file.ts";

const FILE_NAME = "revocations.jsonl";
/** Told apart in `identity_state`: from then on a missing file is a lost file. */
const FILE_WAS_MADE = "revocations-file-made";

/**
 * Who is revoked, kept twice: in the database, and in a signed file that no restored database can take back. While the two contradict
 * each other nothing may be issued; revoking goes on.
 */
export class RevocationList {
  readonly #db: Database;
  readonly #file: string;
  readonly #cloudKey: CloudKey;
  readonly #byGateway = new Map<string, Revocation>();
  readonly #keys = new Map<string, string>();
  #problem: string | null = null;

  private constructor(db: Database, dataDir: string, cloudKey: CloudKey) {
    this.#db = db;
    this.#file = join(dataDir, FILE_NAME);
    this.#cloudKey = cloudKey;
  }

  /** Reads file and database; what the database lacks it is told again. A `newCounty` has never issued anything. */
  static async open(
    db: Database,
    dataDir: string,
    cloudKey: CloudKey,
    newCounty: boolean,
  ): Promise<RevocationList> {
    const list = new RevocationList(db, dataDir, cloudKey);
    const stored = await db.selectFrom("revocation").select("line").orderBy("ord").execute();
    const known = stored.map(({ line }) => line);
    const wasMade = await db
      .selectFrom("identity_state")
      .select("name")
      .where("name", "=", FILE_WAS_MADE)
      .executeTakeFirst();
    const lines = readRevocationLines(list.#file);
    list.#problem = list.#contradiction(known, lines, wasMade !== undefined || !newCounty);
    if (lines === null && list.#problem === null) replaceRevocationLines(list.#file, []);
    await list.#learn([...known, ...(lines ?? [])]);
    if (list.#problem === null) await list.#noteFile();
    return list;
  }

  /** Why nothing may be issued, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  get all(): readonly Revocation[] {
    return [...this.#byGateway.values()];
  }

  of(gateway: string): Revocation | null {
    return this.#byGateway.get(gateway) ?? null;
  }

  /** The revoked gateway that had this key, or null. */
  ofKey(publicKey: string): string | null {
    return this.#keys.get(publicKey) ?? null;
  }

  /** Throws ISSUING_SUSPENDED while file and database contradict each other. */
  requireOrder(): void {
    if (this.#problem !== null) throw cloudError("ISSUING_SUSPENDED", { why: this.#problem });
  }

  /** Revokes, for good: on the disk when this resolves. A second time it can only say what takes the gateway's place. */
  async revoke(revocation: Revocation, db = this.#db): Promise<Revocation> {
    const before = this.#byGateway.get(revocation.gateway);
    if (before && (before.replacedBy ?? revocation.replacedBy) === before.replacedBy) return before;
    const entry = before ? { ...before, replacedBy: revocation.replacedBy } : revocation;
    const line = encodeRevocation(entry, this.#cloudKey.signer);
    // The file first: a revocation that only the database had could be taken back by restoring it.
    appendRevocationLine(this.#file, line);
    await this.#learn([line], db);
    return entry;
  }

  /** Takes over every line of another copy of the file, and settles a contradiction. Returns how many were new. Throws REVOCATIONS_UNUSABLE. */
  async import(text: string, name: string): Promise<number> {
    const imported = linesOf(text);
    const wrong = imported.findIndex((line) => !this.#decode(line));
    if (wrong >= 0) {
      const why = `line ${wrong + 1} is not a revocation that this cloud's key signed`;
      throw cloudError("REVOCATIONS_UNUSABLE", { file: name, why });
    }
    const stored = await this.#db.selectFrom("revocation").select("line").orderBy("ord").execute();
    const present = (readRevocationLines(this.#file) ?? []).filter((line) => this.#decode(line));
    const before = new Set([...stored.map(({ line }) => line), ...present]);
    const all = [...new Set([...before, ...imported])];
    replaceRevocationLines(this.#file, all);
    await this.#learn(all);
    await this.#noteFile();
    this.#problem = null;
    return all.length - before.size;
  }

  #contradiction(known: readonly string[], lines: string[] | null, wasMade: boolean): string | null {
    if (lines === null) return wasMade || known.length > 0 ? `${this.#file} is missing` : null;
    const wrong = lines.findIndex((line) => !this.#decode(line));
    if (wrong >= 0) return `line ${wrong + 1} of ${this.#file} is not signed by this cloud's key`;
    const held = new Set(lines);
    const lost = known.filter((line) => !held.has(line)).length;
    return lost > 0 ? `${this.#file} lacks ${lost} revocations that the database has` : null;
  }

  async #learn(lines: readonly string[], db = this.#db): Promise<void> {
    for (const line of lines) {
      const revocation = this.#decode(line);
      if (!revocation) continue;
      await db
        .insertInto("revocation")
        .values({ id: revocationId(line), gateway: revocation.gateway, line })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      this.#byGateway.set(revocation.gateway, revocation);
      this.#keys.set(revocation.publicKey, revocation.gateway);
    }
  }

  async #noteFile(): Promise<void> {
    await this.#db
      .insertInto("identity_state")
      .values({ name: FILE_WAS_MADE, value: "yes" })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  #decode(line: string): Revocation | null {
    return decodeRevocation(line, this.#cloudKey.publicKey);
  }
}
