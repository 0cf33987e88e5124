import type { ByteLine, ByteListener } from "@sealwatch/gateway";
import {
  decodeModbusRequest,
  decodeRtuFrame,
  encodeRegistersResponse,
  encodeRtuFrame,
} from "@sealwatch/protocols";
import type { VirtualClock } from "./virtual-clock.ts";

/** How fast a simulated line is, and how long its meters think. */
export interface LineSpeed {
  readonly characterMs: number;
  /** The silence that ends a frame and must precede the next. */
  readonly silenceMs: number;
  readonly turnaroundMs: number;
}

/** A serial driver hands characters over in bunches like these. */
const FIFO_CHARS = 8;
const ROUNDING_MS = 1e-6;

/** What an SDM630 of this unit holds in the register pair at an address, by its maker's map. */
export function heldAt(unit: number, address: number): number {
  if (address <= 0x04) return 230 + unit / 10;
  if (address <= 0x0a) return unit / 8;
  if (address <= 0x10) return unit * 20;
  if (address === 0x34) return unit * 60;
  if (address === 0x3e) return 0.95;
  if (address === 0x46) return 50;
  return address === 0x48 || address === 0x4a ? unit * 100 : 0;
}

/** Meters on one half-duplex line: characters take their time, frames are told apart by silence, the dead never answer. */
export class SimulatedLine implements ByteLine {
  readonly where = "a simulated line";
  readonly reopenAfterFault = true;
  readonly dead = new Set<number>();
  /** Questions that came before the line had been silent long enough, or while it was taken. */
  tooEarly = 0;
  readonly #clock: VirtualClock;
  readonly #speed: LineSpeed;
  #listener: ByteListener | null = null;
  #busyUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: VirtualClock, speed: LineSpeed) {
    this.#clock = clock;
    this.#speed = speed;
  }

  async open(listener: ByteListener): Promise<null> {
    this.#listener = listener;
    return null;
  }

  async close(): Promise<void> {
    this.#listener = null;
  }

  /** A question that comes too early is counted, and held back as a good serial driver would. */
  write(question: Uint8Array): void {
    const { silenceMs, characterMs, turnaroundMs } = this.#speed;
    const freeMs = this.#busyUntilMs + silenceMs;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < freeMs - ROUNDING_MS) this.tooEarly++;
    const endMs = Math.max(nowMs, freeMs) + question.length * characterMs;
    this.#busyUntilMs = endMs;
    const answer = this.#answer(question);
    if (answer) this.#send(answer, endMs + silenceMs + turnaroundMs);
  }

  #answer(question: Uint8Array): Uint8Array | null {
    const frame = decodeRtuFrame(question);
    const request = frame && decodeModbusRequest(frame.pdu);
    if (!frame || !request || "exception" in request || this.dead.has(frame.unit)) return null;
    const data = new DataView(new ArrayBuffer(request.quantity * 2));
    for (let index = 0; index + 1 < request.quantity; index += 2)
      data.setFloat32(index * 2, heldAt(frame.unit, request.address + index));
    return encodeRtuFrame(
      frame.unit,
      encodeRegistersResponse(request.functionCode, new Uint8Array(data.buffer)),
    );
  }

  #send(answer: Uint8Array, fromMs: number): void {
    const { characterMs } = this.#speed;
    for (let start = 0; start < answer.length; start += FIFO_CHARS) {
      const chunk = answer.subarray(start, start + FIFO_CHARS);
      const atMs = fromMs + (start + chunk.length) * characterMs;
      this.#clock.at(atMs, () => this.#listener?.bytes(chunk));
    }
    this.#busyUntilMs = fromMs + answer.length * characterMs;
  }
}
