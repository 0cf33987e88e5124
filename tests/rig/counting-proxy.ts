import { connect, createServer, type Socket } from "node:net";
import { listenOnLoopback } from "./listen-on-loopback.ts";

/** What one IP packet can carry over a mobile network. */
const PACKET_PAYLOAD_BYTES = 1_400;

/** What went over the wire in both directions together. */
export interface Traffic {
  readonly bytes: number;
  /** Packets that the bytes needed at least, as they were handed over. */
  readonly packets: number;
}

/** A TCP proxy on loopback that counts what passes and looks at none of it. */
export class CountingProxy {
  readonly #server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  readonly #target: { readonly host: string; readonly port: number };
  #bytes = 0;
  #packets = 0;
  port = 0;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
  }

  async listen(): Promise<void> {
    this.port = await listenOnLoopback(this.#server);
  }

  traffic(): Traffic {
    return { bytes: this.#bytes, packets: this.#packets };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket): void {
    const far = connect({ ...this.#target, noDelay: true });
    near.setNoDelay(true);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (chunk) => {
        this.#bytes += chunk.length;
        this.#packets += Math.ceil(chunk.length / PACKET_PAYLOAD_BYTES);
        to.write(chunk);
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.end();
      });
    }
  }
}
