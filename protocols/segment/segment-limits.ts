/** The largest compressed body, in bytes. A five-minute segment of 16 channels is under 1 kB. */
export const SEGMENT_BODY_MAX_BYTES = 256 * 1024;
/** The largest whole segment on the wire: body, header, signature and framing. */
export const SEGMENT_MAX_BYTES = SEGMENT_BODY_MAX_BYTES + 4 * 1024;
/** The largest body once inflated: what a hostile gateway can make the cloud hold. */
export const BODY_INFLATED_MAX_BYTES = 4 * 1024 * 1024;
/** Records in one segment. */
export const RECORDS_MAX = 100_000;
/** Readings in one segment. */
export const READINGS_MAX = 500_000;
/** Channels of one gateway. */
export const CHANNELS_MAX = 2_000;
/** Characters of an event's note; of a longer one the beginning is written. */
export const NOTE_MAX_CHARS = 200;
