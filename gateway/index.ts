export { Journal } from "./journal/journal.ts";
export { Uplink } from "./uplink/uplink.ts";
