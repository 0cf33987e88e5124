import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { GatewayState } from "../detect/gateway-state.ts";

/** A damaged row must not fill the memory. Bytes. */
const JSON_MAX_BYTES = 1_048_576;

/** A detection state as it is kept: deflated JSON in base64, at most 8 KiB with eight meters, sixteen contacts, gas and water. */
export function toStoredState(state: GatewayState): string {
  return deflateRawSync(JSON.stringify(state), { level: 9 }).toString("base64");
}

/** What was stored; throws when it is not that. */
export function fromStoredState(stored: string): GatewayState {
  const json = inflateRawSync(Buffer.from(stored, "base64"), { maxOutputLength: JSON_MAX_BYTES });
  return JSON.parse(json.toString("utf8"));
}
