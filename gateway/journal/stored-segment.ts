import type { JournalPosition } from "@sealwatch/protocols";

/** A sealed segment as the uplink sees it: its place in the journal's order, its position, and its bytes for the wire. */
export interface StoredSegment {
  readonly ord: number;
  readonly position: JournalPosition;
  readonly bytes: Uint8Array;
}
