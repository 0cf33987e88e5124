import type { Socket } from "node:net";

/** How many connections may be open whose other side has not yet proven who it is. */
export interface GateLimits {
  readonly perAddressMax: number;
  readonly totalMax: number;
}

/**
 * Bounds the connections of strangers, from the accept of the socket until they are settled. Past a bound the oldest stranger goes,
 * of the same address first: whoever proves itself within a moment gets in, however many others only sit there.
 */
export class ConnectionGate {
  readonly #limits: GateLimits;
  readonly #onCut: (address: string) => void;
  readonly #strangers = new Map<string, { socket: Socket; address: string }>();
  readonly #byAddress = new Map<string, Set<string>>();
  readonly #cut = new WeakSet<object>();

  constructor(limits: GateLimits, onCut: (address: string) => void) {
    this.#limits = limits;
    this.#onCut = onCut;
  }

  /** Takes a socket as it was accepted. */
  enter(socket: Socket): void {
    const address = addressOf(socket);
    const key = keyOf(socket);
    const neighbours = this.#byAddress.get(address) ?? new Set();
    this.#strangers.set(key, { socket, address });
    this.#byAddress.set(address, neighbours.add(key));
    socket.once("close", () => this.#forget(key, address));
    if (neighbours.size > this.#limits.perAddressMax) this.#cutOldest(neighbours);
    else if (this.#strangers.size > this.#limits.totalMax) this.#cutOldest(this.#strangers.keys());
  }

  /** This connection has proven who it is; also for the TLS socket over the one that entered. */
  settle(socket: Socket): void {
    this.#forget(keyOf(socket), addressOf(socket));
  }

  /** Whether this socket, as it was accepted, was cut for want of room: what ends with it is no fault of its peer. */
  wasCut(socket: object): boolean {
    return this.#cut.has(socket);
  }

  /** How many have not proven who they are. */
  get strangers(): number {
    return this.#strangers.size;
  }

  #cutOldest(keys: Iterable<string>): void {
    const [oldest] = keys;
    const stranger = oldest === undefined ? undefined : this.#strangers.get(oldest);
    if (oldest === undefined || !stranger) return;
    this.#forget(oldest, stranger.address);
    this.#cut.add(stranger.socket);
    stranger.socket.destroy();
    this.#onCut(stranger.address);
  }

  #forget(key: string, address: string): void {
    this.#strangers.delete(key);
    const neighbours = this.#byAddress.get(address);
    neighbours?.delete(key);
    if (neighbours?.size === 0) this.#byAddress.delete(address);
  }
}

/** Whom a limit counts as one: an IPv4 address, or the /64 of an IPv6 address, which is what one customer gets. */
export function addressOf({ remoteAddress = "unknown" }: Pick<Socket, "remoteAddress">): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)?.[1];
  if (mapped || !remoteAddress.includes(":")) return mapped ?? remoteAddress;
  const [head = "", tail = ""] = remoteAddress.split("%")[0]?.split("::") ?? [];
  const groups = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - groups.length - after.length)).fill("0");
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}

/** A TLS socket shows the address and port of the socket below it. */
function keyOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}
