export { Journal } from "./journal/journal.ts";
export type { ByteLine, ByteListener } from "./sense/byte-line.ts";
export { rtuFraming } from "./sense/line-framing.ts";
export type { Link, LinkReply } from "./sense/link.ts";
export { openLink } from "./sense/open-link.ts";
export { Sensing, type SensingConfig } from "./sense/sensing.ts";
export { SerialLink } from "./sense/serial-link.ts";
export { Uplink } from "./uplink/uplink.ts";
