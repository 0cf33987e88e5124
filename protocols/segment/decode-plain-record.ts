import { z } from "zod";
import { channelDescriptionSchema } from "../vocabulary/channel.ts";
import { deviceIdSchema } from "../vocabulary/identifier.ts";
import { EVENT_KINDS } from "../vocabulary/journal-record.ts";
import type { CborValue } from "./canonical-cbor.ts";
import { type PlainRecord, TYPE_CODE } from "./plain-record.ts";
import { CHANNELS_MAX, NOTE_MAX_CHARS } from "./segment-limits.ts";

const timeMs = z.int().min(0);
const value = z.int();
const text = z.string().max(NOTE_MAX_CHARS);

/** A plain record on the wire: [type code, atMs, …fields in the order below]. A missing optional field is null. */
const wireSchema = z.union([
  z.tuple([z.literal(TYPE_CODE.channels), timeMs, z.string().max(CHANNELS_MAX * 600)]),
  z.tuple([z.literal(TYPE_CODE.clock), timeMs, z.int(), z.int().min(0), z.enum(["system", "simulator"])]),
  z.tuple([
    z.literal(TYPE_CODE.gap),
    timeMs,
    timeMs,
    z.enum(["journal-full", "overload", "power-cut", "corrupt"]),
    z.int().min(0),
  ]),
  z.tuple([
    z.literal(TYPE_CODE.event),
    timeMs,
    z.enum(EVENT_KINDS),
    deviceIdSchema.nullable(),
    z.int().min(1).max(65_535).nullable(),
    value.nullable(),
    text.nullable(),
  ]),
  z.tuple([
    z.literal(TYPE_CODE.run),
    timeMs,
    z.int().min(1).max(65_535),
    value,
    timeMs,
    z.int().min(1),
    z.int().min(0),
  ]),
]);

const channelListSchema = z.array(channelDescriptionSchema).max(CHANNELS_MAX);

/** The reverse of encodePlainRecord; throws what `refuse` makes. */
export function decodePlainRecord(cbor: CborValue, refuse: (why: string) => Error): PlainRecord {
  const parsed = wireSchema.safeParse(cbor);
  if (!parsed.success) throw refuse("a record is malformed");
  const wire = parsed.data;
  const atMs = wire[1];
  switch (wire[0]) {
    case TYPE_CODE.channels:
      return { type: "channels", atMs, channels: parseChannels(wire[2], refuse) };
    case TYPE_CODE.clock:
      return { type: "clock", atMs, utcMs: wire[2], uncertaintyMs: wire[3], source: wire[4] };
    case TYPE_CODE.gap:
      return { type: "gap", atMs, fromMs: wire[2], reason: wire[3], readings: wire[4] };
    case TYPE_CODE.event: {
      const [, , event, device, channel, contact, note] = wire;
      return {
        type: "event",
        atMs,
        event,
        ...(device === null ? {} : { device }),
        ...(channel === null ? {} : { channel }),
        ...(contact === null ? {} : { value: contact }),
        ...(note === null ? {} : { note }),
      };
    }
    case TYPE_CODE.run: {
      const [, , channel, contact, fromMs, polls, longestGapMs] = wire;
      return { type: "run", atMs, channel, value: contact, fromMs, polls, longestGapMs };
    }
  }
}

function parseChannels(json: string, refuse: (why: string) => Error) {
  try {
    return channelListSchema.parse(JSON.parse(json));
  } catch {
    throw refuse("a channel list is malformed");
  }
}
