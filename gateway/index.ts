export { Journal } from "./journal/journal.ts";
export type { Link, LinkReply } from "./sense/link.ts";
export { openLink } from "./sense/open-link.ts";
export { Uplink } from "./uplink/uplink.ts";
