import type { Clock } from "@sealwatch/platform";
import {
  type ChannelDescription,
  type EventKind,
  type EventRecord,
  encodeNotice,
  type Signer,
} from "@sealwatch/protocols";
import { EARLIEST_WALL_MS } from "../clock/clock-watch.ts";

/** Events of a time without connection that are noticed afterwards: the newest, and only while they are news. */
const KEPT_MAX = 64;
const KEPT_MAX_MS = 3_600_000;

const NOTICED: readonly EventKind[] = [
  "contact-changed",
  "ratio-changed",
  "serial-changed",
  "device-clock-changed",
  "device-lost",
];
/** How the first look at a contact is noted: nothing changed. */
const INITIAL_NOTE = "initial";

/** How soon the cloud must hear of an event outside the journal: before the supply is gone, ahead of a backlog, or not at all. */
type Urgency = "last-gasp" | "ahead" | "none";

/** Pure. A supply that leaves its normal position may take the gateway with it. */
export function urgencyOf(
  { event, note, value }: EventRecord,
  channel: Pick<ChannelDescription, "contact"> | null,
): Urgency {
  if (!NOTICED.includes(event) || note === INITIAL_NOTE) return "none";
  const contact = event === "contact-changed" ? channel?.contact : undefined;
  return contact?.role === "mains-present" && value !== contact.normal ? "last-gasp" : "ahead";
}

/** What a notice desk works with. `clock` runs from 0 when the epoch begins. */
export interface NoticeParts {
  readonly gateway: string;
  readonly epoch: string;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly uplink: {
    readonly phase: "offline" | "greeting" | "streaming";
    backlog(): number;
    publishNotice(bytes: Uint8Array): void;
  };
  /** Resolves when all that was journaled until now is on the disk. */
  readonly committed: () => Promise<void>;
}

/** Sends early copies of events that a backlog would hold up. The journal brings them all; what is lost here is only late. */
export class NoticeDesk {
  readonly #parts: NoticeParts;
  #channels = new Map<number, ChannelDescription>();
  #kept: EventRecord[] = [];

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  /** The channels as they are described from now on. */
  describe(channels: readonly ChannelDescription[]): void {
    this.#channels = new Map(channels.map((channel) => [channel.id, channel]));
  }

  /** An event on its way into the journal. */
  offer(event: EventRecord): void {
    const { uplink, committed } = this.#parts;
    const urgency = urgencyOf(event, this.#channelOf(event));
    if (urgency === "none") return;
    if (uplink.phase !== "streaming") this.#kept = [...this.#kept, event].slice(-KEPT_MAX);
    else if (urgency === "last-gasp") this.#send(event);
    // With nothing before it the event's own segment is the next thing on the wire.
    else if (uplink.backlog() > 0) void committed().then(() => this.#send(event));
  }

  /** The cloud answered hello: what happened meanwhile goes ahead of the backlog. */
  connected(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const event of this.#kept.splice(0)) if (nowMs - event.atMs <= KEPT_MAX_MS) this.#send(event);
  }

  #send(event: EventRecord): void {
    const { gateway, epoch, signer, clock, uplink } = this.#parts;
    const wallMs = clock.wallMs();
    const agoMs = clock.monotonicMs() - event.atMs;
    const utcMs = wallMs < EARLIEST_WALL_MS ? null : Math.round(wallMs - agoMs);
    const channel = this.#channelOf(event);
    uplink.publishNotice(encodeNotice({ gateway, epoch, event, utcMs, channel }, signer));
  }

  #channelOf({ channel }: EventRecord): ChannelDescription | null {
    return (channel !== undefined && this.#channels.get(channel)) || null;
  }
}
