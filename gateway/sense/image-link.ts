import { messageOf } from "@sealwatch/platform";
import { QUALITY, type ReadRequest } from "@sealwatch/protocols";
import type { Link, LinkOutcome, LinkReply, LinkRequest, LinkStats } from "./link.ts";
import { LINK_PRIORITY } from "./link.ts";
import { LinkMeter } from "./link-meter.ts";
import { LinkQueue } from "./link-queue.ts";
import type { LinkParts } from "./serial-link.ts";

/** The one device of such a link, for its statistics: neither unit nor address. */
const ONLY_STATION = "";
const NO_BYTES = new Uint8Array(0);
const NO_ANSWER: LinkOutcome = { quality: QUALITY.noAnswer };

/** Reads a part of this computer as the bits and registers that its profile describes. Rejects when it cannot be reached. */
export type ReadImage = (read: ReadRequest, signal?: AbortSignal) => Promise<LinkOutcome>;

/** A part of this computer, asked in the words of Modbus so that it is polled, planned and decoded like any device. */
export class ImageLink implements Link {
  readonly id: string;
  readonly #readImage: ReadImage;
  readonly #parts: LinkParts;
  readonly #queue = new LinkQueue();
  readonly #meter: LinkMeter;
  readonly #closing = new AbortController();
  #up = true;

  constructor(id: string, readImage: ReadImage, parts: LinkParts) {
    this.id = id;
    this.#readImage = readImage;
    this.#parts = parts;
    this.#meter = new LinkMeter(parts.lineClock.monotonicMs());
  }

  async transact(request: LinkRequest, signal?: AbortSignal): Promise<LinkReply> {
    const { clock, lineClock } = this.#parts;
    const dueMs = request.dueMs ?? clock.monotonicMs();
    const mine = request.kind === "modbus-read";
    const turn = mine && (await this.#queue.take(request.priority ?? LINK_PRIORITY.identity, dueMs, signal));
    const sentMs = clock.monotonicMs();
    if (!mine || !turn) return { ...NO_ANSWER, sentMs, tookMs: 0, sent: NO_BYTES, received: NO_BYTES };
    const askedMs = lineClock.monotonicMs();
    const outcome = await this.#read(request.read, signal);
    const endedMs = lineClock.monotonicMs();
    const silent = "quality" in outcome && outcome.quality === QUALITY.noAnswer;
    this.#meter.count(ONLY_STATION, silent ? "silent" : "answered", endedMs - askedMs);
    this.#meter.occupied(askedMs, endedMs);
    this.#queue.give();
    return { ...outcome, sentMs, tookMs: endedMs - askedMs, sent: NO_BYTES, received: NO_BYTES };
  }

  async close(): Promise<void> {
    this.#queue.close();
    this.#closing.abort();
  }

  stats(): LinkStats {
    return this.#meter.stats(this.#parts.lineClock.monotonicMs(), this.#up, this.#queue.waiting);
  }

  async #read(read: ReadRequest, signal?: AbortSignal): Promise<LinkOutcome> {
    const ends = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    try {
      const outcome = await this.#readImage(read, ends);
      this.#turn(true, "");
      return outcome;
    } catch (error) {
      if (!ends.aborted) this.#turn(false, messageOf(error));
      return NO_ANSWER;
    }
  }

  #turn(up: boolean, why: string): void {
    if (up === this.#up) return;
    this.#up = up;
    if (up) this.#parts.log.info({ link: this.id }, "link up");
    else this.#parts.log.warn({ link: this.id, why }, "link down");
  }
}
