import { protocolError } from "../errors.ts";
import { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "../segment/canonical-cbor.ts";
import { CborReader, fromHex } from "../segment/cbor-reader.ts";
import { decodeCose, encodeCose, signCose, verifyCose } from "../segment/cose-sign1.ts";
import { decodePlainRecord } from "../segment/decode-plain-record.ts";
import { EPOCH_BYTES } from "../segment/journal-position.ts";
import { encodePlainRecord } from "../segment/plain-record.ts";
import type { Signer, Verifier } from "../segment/signing-key.ts";
import { type ChannelDescription, channelDescriptionSchema } from "../vocabulary/channel.ts";
import type { EventRecord } from "../vocabulary/journal-record.ts";

/**
 * An early copy of one signed event, sent ahead of any backlog. It may open a provisional alert; it never enters the fold, and the
 * journal brings the same event later, known by the same eventId.
 */
export interface Notice {
  readonly gateway: string;
  readonly epoch: string;
  readonly event: EventRecord;
  /** What the gateway takes the time of the event for; null while it does not know the time. */
  readonly utcMs: number | null;
  /** The event's channel as it is described now, if it names one. */
  readonly channel: ChannelDescription | null;
}

/** The largest notice, in bytes. */
export const NOTICE_MAX_BYTES = 4_096;

const VERSION = 1;
const KEY = { version: 1, gateway: 2, epoch: 3, event: 4, utcMs: 5, channel: 6 } as const;
const GATEWAY_PATTERN = /^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$/;
const refuse = (why: string) => protocolError("MESSAGE_INVALID", { what: "notice", why });

/** The one name of an event, in the notice and in the journal: nothing happens twice to one channel or device in a millisecond. */
export function eventId(epoch: string, { atMs, event, channel, device }: EventRecord): string {
  return `${epoch}:${atMs}:${event}:${channel ?? device ?? ""}`;
}

/** A notice as a COSE_Sign1 by the gateway's key. */
export function encodeNotice(notice: Notice, signer: Signer): Uint8Array {
  const payload = encodeCanonical(
    new Map<number, CborValue>([
      [KEY.version, VERSION],
      [KEY.gateway, notice.gateway],
      [KEY.epoch, fromHex(notice.epoch)],
      [KEY.event, encodePlainRecord(notice.event)],
      [KEY.utcMs, notice.utcMs],
      [KEY.channel, notice.channel && JSON.stringify(notice.channel)],
    ]) as CborMap,
  );
  return encodeCose(signCose(payload, signer));
}

/** The reverse of encodeNotice. Throws CBOR_INVALID, COSE_INVALID, SIGNATURE_INVALID or MESSAGE_INVALID. */
export function decodeNotice(bytes: Uint8Array, gatewayKey: Verifier): Notice {
  if (bytes.length > NOTICE_MAX_BYTES) throw refuse(`is larger than ${NOTICE_MAX_BYTES} bytes`);
  const cose = decodeCose(bytes, "notice");
  verifyCose(cose, gatewayKey, "notice");
  const reader = new CborReader(decodeCanonical(cose[2], "notice"), refuse);
  reader.int(KEY.version, VERSION, VERSION);
  const gateway = reader.text(KEY.gateway, GATEWAY_PATTERN);
  const epoch = reader.hex(KEY.epoch, EPOCH_BYTES);
  const event = reader.value(KEY.event, (value) => decodePlainRecord(value ?? null, refuse));
  if (event.type !== "event") throw refuse("is not of an event");
  const utcMs = reader.value(KEY.utcMs, (value) => readTime(value));
  const channel = reader.value(KEY.channel, readChannel);
  reader.finish();
  return { gateway, epoch, event, utcMs, channel };
}

function readTime(value: CborValue | undefined): number | null {
  if (value === null) return null;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw refuse("key 5 is not a time");
}

function readChannel(value: CborValue | undefined): ChannelDescription | null {
  if (value === null) return null;
  try {
    return channelDescriptionSchema.parse(JSON.parse(String(value)));
  } catch (cause) {
    throw protocolError("MESSAGE_INVALID", { what: "notice", why: "key 6 is not a channel" }, cause);
  }
}
