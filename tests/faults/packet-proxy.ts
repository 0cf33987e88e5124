import { connect, createServer, type Socket } from "node:net";
import type { Random } from "@sealwatch/platform";
import { listenOnLoopback } from "../rig/listen-on-loopback.ts";

/** MQTT 3.1.1, 2.2.1: the packet type is the high nibble of the first byte; PUBLISH is 3, its flags hold DUP and QoS. */
const PUBLISH = 3;
const DUP_FLAG = 0x08;
const QOS_1_FLAG = 0x02;
/** A packet held back to be overtaken goes on after this long when none follows. */
const HELD_MS = 150;

/** What happens to packets. Shares are of the QoS 1 publishes, in both directions. */
export interface Weather {
  readonly delayMs: number;
  readonly duplicateShare: number;
  readonly swapShare: number;
}

export const CLEAR: Weather = { delayMs: 0, duplicateShare: 0, swapShare: 0 };

/** What it did. */
export interface ProxyCounts {
  packets: number;
  duplicated: number;
  swapped: number;
  cuts: number;
}

/** A bad network between MQTT clients and a broker on loopback: delays, duplicates and swaps whole packets, and cuts connections. */
export class PacketProxy {
  readonly #server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  readonly #random: Random;
  readonly counts: ProxyCounts = { packets: 0, duplicated: 0, swapped: 0, cuts: 0 };
  weather: Weather = CLEAR;
  targetPort = 0;
  port = 0;
  #isCut = false;

  constructor(random: Random) {
    this.#random = random;
  }

  async listen(): Promise<void> {
    this.port = await listenOnLoopback(this.#server);
  }

  /** Ends all connections, and lets none in until `mend`. */
  cut(): void {
    this.#isCut = true;
    this.counts.cuts++;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.destroy();
      return;
    }
    const far = connect({ host: "127.0.0.1", port: this.targetPort, noDelay: true });
    near.setNoDelay(true);
    this.#pipe(near, far);
    this.#pipe(far, near);
  }

  #pipe(from: Socket, to: Socket): void {
    const road = new Road(to, this.#random, () => this.weather, this.counts);
    this.#sockets.add(from);
    from.on("data", (chunk) => road.take(chunk));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      road.end();
    });
  }
}

/** One direction of one connection. */
class Road {
  readonly #to: Socket;
  readonly #random: Random;
  readonly #weather: () => Weather;
  readonly #counts: ProxyCounts;
  #rest: Buffer = Buffer.alloc(0);
  #held: Buffer | null = null;
  #lastDueMs = 0;

  constructor(to: Socket, random: Random, weather: () => Weather, counts: ProxyCounts) {
    this.#to = to;
    this.#random = random;
    this.#weather = weather;
    this.#counts = counts;
  }

  take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let length = packetLength(this.#rest); length > 0; length = packetLength(this.#rest)) {
      this.#packet(Buffer.from(this.#rest.subarray(0, length)));
      this.#rest = this.#rest.subarray(length);
    }
  }

  end(): void {
    this.#release();
    this.#later(() => this.#to.end());
  }

  #packet(packet: Buffer): void {
    const { duplicateShare, swapShare } = this.#weather();
    const first = packet[0] ?? 0;
    this.#counts.packets++;
    const mayDiffer = first >> 4 === PUBLISH && (first & QOS_1_FLAG) !== 0;
    if (mayDiffer && this.#held === null && this.#random.uniform() < swapShare) {
      this.#held = packet;
      setTimeout(() => this.#held === packet && this.#release(), HELD_MS);
      return;
    }
    this.#send(packet);
    if (mayDiffer && this.#random.uniform() < duplicateShare) {
      const again = Buffer.from(packet);
      again[0] = first | DUP_FLAG;
      this.#send(again);
      this.#counts.duplicated++;
    }
    if (this.#held) {
      if (mayDiffer) this.#counts.swapped++;
      this.#release();
    }
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    if (held) this.#send(held);
  }

  #send(packet: Buffer): void {
    this.#later(() => this.#to.writable && this.#to.write(packet));
  }

  /** In order, each after the delay of the moment. */
  #later(act: () => void): void {
    const now = performance.now();
    this.#lastDueMs = Math.max(this.#lastDueMs, now + this.#weather().delayMs);
    if (this.#lastDueMs <= now) act();
    else setTimeout(act, this.#lastDueMs - now);
  }
}

/** Bytes of the first packet; 0 while it is not whole (MQTT 3.1.1, 2.2.3). */
function packetLength(bytes: Buffer): number {
  let remaining = 0;
  for (let index = 1; index <= 4; index++) {
    const byte = bytes[index];
    if (byte === undefined) return 0;
    remaining += (byte & 0x7f) * 128 ** (index - 1);
    if ((byte & 0x80) === 0) return bytes.length >= index + 1 + remaining ? index + 1 + remaining : 0;
  }
  return bytes.length;
}
