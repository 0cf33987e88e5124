import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, type RefusalCounter } from "@sealwatch/platform";
import { decodeReceipt, type HeadReceipt, type Verifier } from "@sealwatch/protocols";
import { writeDurably } from "../durable-file.ts";

/** Epochs whose newest receipt is kept: years of restarts. */
const KEPT_MAX = 1_000;
const FILE_PATTERN = /^[0-9a-f]{16}\.cose$/;

/** A receipt as it lies in the data folder, COSE_Sign1 as the cloud sent it. */
interface KeptReceipt extends HeadReceipt {
  readonly file: string;
}

/** The newest receipt of each epoch, in files that an auditor can copy. */
export class ReceiptShelf {
  readonly #folder: string;
  readonly #gateway: string;
  readonly #refusals: RefusalCounter;

  constructor(dataDir: string, gateway: string, refusals: RefusalCounter) {
    this.#folder = receiptFolder(dataDir);
    this.#gateway = gateway;
    this.#refusals = refusals;
  }

  /** Keeps a receipt that verifies; what does not, or cannot be written, is counted. */
  keep(bytes: Uint8Array, cloud: Verifier | null): void {
    try {
      if (!cloud) throw new Error("no enrolment, and so no key to check it with");
      const { gateway, head } = decodeReceipt(bytes, cloud);
      if (gateway !== this.#gateway) throw new Error(`it is for ${gateway}`);
      mkdirSync(this.#folder, { recursive: true });
      const file = join(this.#folder, `${head.epoch}.cose`);
      if ((receiptIn(file, cloud)?.head.seq ?? 0) < head.seq) writeDurably(file, bytes);
      this.#prune();
    } catch (error) {
      this.#refusals.refuse("receipt", this.#gateway, { why: messageOf(error) });
    }
  }

  #prune(): void {
    const files = receiptFiles(this.#folder);
    if (files.length <= KEPT_MAX) return;
    const byAge = files.sort((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs);
    for (const file of byAge.slice(0, files.length - KEPT_MAX)) rmSync(file, { force: true });
  }
}

/** All receipts kept, oldest first; a file that does not verify is left out. */
export function keptReceipts(dataDir: string, cloud: Verifier): KeptReceipt[] {
  return receiptFiles(receiptFolder(dataDir))
    .flatMap((file) => {
      const receipt = receiptIn(file, cloud);
      return receipt ? [{ ...receipt, file }] : [];
    })
    .sort((one, other) => one.utcMs - other.utcMs);
}

function receiptFolder(dataDir: string): string {
  return join(dataDir, "receipts");
}

function receiptFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => FILE_PATTERN.test(name));
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function receiptIn(file: string, cloud: Verifier): HeadReceipt | null {
  try {
    return decodeReceipt(new Uint8Array(readFileSync(file)), cloud);
  } catch {
    // Not there, or damaged: the next one takes its place.
    return null;
  }
}
