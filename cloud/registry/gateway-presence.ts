/** Whether a gateway is connected, and when it was last heard. */
export interface Presence {
  readonly connected: boolean;
  readonly heardMs: number | null;
}

/** Who is there right now; forgotten when the process ends. */
export class GatewayPresence {
  readonly #presence = new Map<string, Presence>();

  of(gateway: string): Presence {
    return this.#presence.get(gateway) ?? { connected: false, heardMs: null };
  }

  heard(gateway: string, atMs: number): void {
    this.#presence.set(gateway, { ...this.of(gateway), heardMs: atMs });
  }

  connection(gateway: string, connected: boolean, atMs: number): void {
    this.#presence.set(gateway, { connected, heardMs: atMs });
  }
}
