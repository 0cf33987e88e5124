import { z } from "zod";
import { protocolError } from "../errors.ts";

/** The largest status message, in bytes. */
const STATUS_MAX_BYTES = 512;

const statusSchema = z.strictObject({
  v: z.literal(1),
  state: z.enum(["online", "offline"]),
});

/** The retained word on whether a gateway is connected; `offline` is also its last will. */
export type GatewayStatus = z.output<typeof statusSchema>;

/** A status as JSON, readable with any MQTT tool. */
export function encodeStatus(state: GatewayStatus["state"]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: 1, state }));
}

/** The reverse of encodeStatus. Throws MESSAGE_INVALID. */
export function decodeStatus(bytes: Uint8Array): GatewayStatus {
  if (bytes.length <= STATUS_MAX_BYTES) {
    try {
      return statusSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (cause) {
      throw protocolError("MESSAGE_INVALID", { what: "status", why: "is not a version 1 status" }, cause);
    }
  }
  throw protocolError("MESSAGE_INVALID", { what: "status", why: `is larger than ${STATUS_MAX_BYTES} bytes` });
}
