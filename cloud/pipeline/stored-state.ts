import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { GatewayState } from "../detect/gateway-state.ts";

/** A damaged row must not fill the memory. Bytes. */
const JSON_MAX_BYTES = 1_048_576;
/** Characters up to which the quick way is small enough. */
const QUICK_MAX_CHARS = 4_096;
/** Half a millisecond, and ten for what is a sixth smaller: only full gateways need that. */
const QUICK = 5;
const THOROUGH = 10;

/** A detection state as it is kept: JSON, Brotli, base64; at most 8 KiB with eight meters, sixteen contacts, gas and water. */
export function toStoredState(state: GatewayState): string {
  const json = JSON.stringify(state);
  const quick = compressed(json, QUICK);
  return quick.length <= QUICK_MAX_CHARS ? quick : compressed(json, THOROUGH);
}

/** What was stored; throws when it is not that. */
export function fromStoredState(stored: string): GatewayState {
  const json = brotliDecompressSync(Buffer.from(stored, "base64"), { maxOutputLength: JSON_MAX_BYTES });
  return JSON.parse(json.toString("utf8"));
}

function compressed(json: string, quality: number): string {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
  };
  return brotliCompressSync(json, { params }).toString("base64");
}
