import { NO_HASH, sha256Hex } from "@sealwatch/protocols";

/** The link after `prev` of an append-only log: SHA-256 over the previous link and the entry's exact text. */
export function nextLink(prev: string | undefined, entryJson: string): { prev_hash: string; hash: string } {
  const prev_hash = prev ?? NO_HASH;
  return { prev_hash, hash: sha256Hex(new TextEncoder().encode(`${prev_hash}\n${entryJson}`)) };
}
