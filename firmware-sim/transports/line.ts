import { type Clock, type Random, type RefusalCounter, sleepMs } from "@sealwatch/platform";
import type { Simulation } from "../simulation.ts";
import { characterMs, type LineSettings, silenceMs } from "./line-settings.ts";
import type { LineStation } from "./line-station.ts";

/** What is kept of a question; no frame of either protocol is longer. */
const RECEIVED_MAX_BYTES = 512;
const NOISE_MAX_BYTES = 8;
/** How often an undisturbed line looks whether it shall babble. */
const BABBLE_CHECK_MS = 200;

/** What a line needs of the world around it. */
export interface LineOptions {
  readonly settings: LineSettings;
  readonly station: LineStation;
  readonly simulation: Simulation;
  readonly clock: Clock;
  readonly random: Random;
  readonly send: (bytes: Uint8Array) => void;
  /** The rate at which the other side sends, where that can be known; null where not. */
  readonly peerBaud: () => Promise<number | null>;
  /** A serial server holds a question back while the line is busy; on a port it would be lost. */
  readonly holdsBack: boolean;
  readonly refusals: RefusalCounter;
}

/**
 * A half-duplex line at its true speed. Neither a pty nor a socket paces anything, so that the time of each byte is kept here: a
 * question ends 3.5 characters after its last byte would have come, and an answer's bytes leave one by one.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #closed = new AbortController();
  #received: number[] = [];
  /** When the last byte that came is off the wire. */
  #receivedMs = 0;
  #listening = false;
  /** When the last byte that goes is off the wire. */
  #sentMs = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: LineOptions) {
    this.#options = options;
    void this.#babble();
  }

  close(): void {
    this.#closed.abort();
  }

  /** Takes what the other side has sent. */
  receive(chunk: Uint8Array): void {
    const { clock, settings, simulation, holdsBack, refusals } = this.#options;
    const nowMs = clock.monotonicMs();
    if (!holdsBack && nowMs < this.#sentMs) {
      refusals.refuse("spoke while the line answered", "line");
      return;
    }
    const byteMs = characterMs(settings.baud, settings.parity);
    const startMs = Math.max(nowMs, this.#receivedMs, holdsBack ? this.#sentMs : 0);
    this.#receivedMs = startMs + chunk.length * byteMs;
    if (this.#received.length + chunk.length <= RECEIVED_MAX_BYTES) this.#received.push(...chunk);
    if (simulation.lineFault("echo") !== null) this.#transmit(Uint8Array.from(chunk), startMs, byteMs);
    if (!this.#listening) void this.#awaitSilence();
  }

  async #awaitSilence(): Promise<void> {
    const { clock, settings, peerBaud } = this.#options;
    this.#listening = true;
    const knownBaud = peerBaud();
    const silentMs = () => this.#receivedMs + silenceMs(settings.baud, settings.parity);
    do {
      await clock.sleepUntil(silentMs(), this.#closed.signal);
      // Bytes that the system holds already are delivered before the silence is believed.
      await new Promise(setImmediate);
    } while (clock.monotonicMs() < silentMs() && !this.#closed.signal.aborted);
    const question = Uint8Array.from(this.#received);
    const askedMs = silentMs();
    this.#received = [];
    this.#listening = false;
    this.#answer(question, askedMs, (await knownBaud) ?? settings.baud);
  }

  #answer(question: Uint8Array, askedMs: number, baud: number): void {
    const { station, settings, simulation } = this.#options;
    if (this.#closed.signal.aborted) return;
    const reply = station.answer(question, baud);
    if (!reply) return;
    const byteMs = characterMs(baud, settings.parity) * (simulation.lineFault("slow") ?? 1);
    this.#transmit(reply.bytes, askedMs + settings.turnaroundMs + reply.lateMs, byteMs);
  }

  /** Sends from `dueMs` on, or when the line is free. A late answer lets others go first. */
  #transmit(bytes: Uint8Array, dueMs: number, byteMs: number): void {
    const { clock } = this.#options;
    void clock.sleepUntil(dueMs, this.#closed.signal).then(() => {
      this.#sending = this.#sending.then(() => this.#sendPaced(bytes, dueMs, byteMs));
    });
  }

  async #sendPaced(bytes: Uint8Array, dueMs: number, byteMs: number): Promise<void> {
    const { clock, send } = this.#options;
    const startMs = Math.max(dueMs, this.#sentMs);
    this.#sentMs = startMs + bytes.length * byteMs;
    for (let sent = 0; sent < bytes.length; ) {
      // A byte has arrived when its last bit has.
      await clock.sleepUntil(startMs + (sent + 1) * byteMs, this.#closed.signal);
      if (this.#closed.signal.aborted) return;
      const gone = Math.floor((clock.monotonicMs() - startMs) / byteMs);
      const until = Math.min(bytes.length, Math.max(sent + 1, gone));
      send(bytes.subarray(sent, until));
      sent = until;
    }
  }

  async #babble(): Promise<void> {
    const { clock, random, simulation, settings } = this.#options;
    while (!this.#closed.signal.aborted) {
      const everyMs = simulation.lineFault("babble");
      await sleepMs(clock, everyMs ?? BABBLE_CHECK_MS, this.#closed.signal);
      if (everyMs === null || this.#closed.signal.aborted) continue;
      const length = 1 + Math.floor(random.uniform() * NOISE_MAX_BYTES);
      const noise = Uint8Array.from({ length }, () => Math.floor(random.uniform() * 256));
      this.#transmit(noise, clock.monotonicMs(), characterMs(settings.baud, settings.parity));
    }
  }
}
