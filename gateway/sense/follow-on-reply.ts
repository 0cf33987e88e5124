import { QUALITY } from "@sealwatch/protocols";
import type { LinkReply } from "./link.ts";

/** The reply to one of the questions that fetch a value in parts. */
export type PartReply = LinkReply & { readonly more?: boolean };

/**
 * One reply of the parts that a value came in. What a part was refused with holds for the whole; a value whose rest did not come, or
 * that goes on behind the last part, is a bad frame. Null where there is no part. Pure.
 */
export function joinedReply(parts: readonly PartReply[]): LinkReply | null {
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return null;
  const { sentMs } = first;
  const tookMs = parts.reduce((sum, part) => sum + part.tookMs, 0);
  const sent = joinedBytes(parts.map((part) => part.sent));
  const received = joinedBytes(parts.map((part) => part.received));
  const exchange = { sentMs, tookMs, sent, received };
  const cut = parts.length > 1 && "quality" in last && last.quality === QUALITY.noAnswer;
  if (last.more || cut) return { quality: QUALITY.badFrame, ...exchange };
  if (!("data" in last)) return { ...last, ...exchange };
  const data = joinedBytes(parts.map((part) => ("data" in part ? part.data : new Uint8Array(0))));
  return { data, ...(last.address === undefined ? {} : { address: last.address }), ...exchange };
}

function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
