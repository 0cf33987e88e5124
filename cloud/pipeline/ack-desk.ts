import type { Clock } from "@sealwatch/platform";
import type { Ack, Hello, JournalPosition, Signer } from "@sealwatch/protocols";
import { HeadReceipts } from "../replica/head-receipts.ts";
import { heldPlace } from "../replica/held-place.ts";
import { storedHash } from "../replica/segment-store.ts";
import type { Database } from "../store/database.ts";
import type { Draft } from "./draft.ts";
import type { GatewayJournal } from "./gateway-journal.ts";

/** What gateways said when they connected, and what they are acknowledged. */
export class AckDesk {
  readonly #clock: Clock;
  readonly receipts: HeadReceipts;
  readonly #hellos = new Map<string, { readonly hello: Hello; readonly atMs: number }>();

  constructor(clock: Clock, signer: Signer) {
    this.#clock = clock;
    this.receipts = new HeadReceipts(signer);
  }

  /** A gateway connected and told where its journal stands. */
  greet(gateway: string, hello: Hello): void {
    this.#hellos.set(gateway, { hello, atMs: this.#clock.wallMs() });
    this.receipts.connected(gateway);
  }

  hello(gateway: string): Hello | undefined {
    return this.#hellos.get(gateway)?.hello;
  }

  greetedMs(gateway: string): number | null {
    return this.#hellos.get(gateway)?.atMs ?? null;
  }

  /** The acks of everybody whose journal a transaction touched. */
  async acks(draft: Draft): Promise<Map<string, Ack>> {
    const acks = new Map<string, Ack>();
    for (const gateway of draft.touched) {
      const reason = draft.rewound.has(gateway) ? "rewind" : "commit";
      acks.set(gateway, await this.ack(draft, gateway, reason));
    }
    return acks;
  }

  async ack(draft: Draft, gateway: string, reason: Ack["reason"]): Promise<Ack> {
    const head = await this.#headFor(draft.db, draft.journals, gateway);
    const receipt = await this.receipts.issue(draft.db, gateway, head, this.#clock.wallMs());
    if (!receipt) return { head, reason };
    draft.receipts.push(receipt);
    return { head, reason, receipt: receipt.bytes };
  }

  async #headFor(
    db: Database,
    journals: ReadonlyMap<string, GatewayJournal>,
    gateway: string,
  ): Promise<JournalPosition | null> {
    const hello = this.hello(gateway);
    const heads = journals.get(gateway)?.heads;
    const place = hello && heads && heldPlace(hello, heads);
    if (!place) return null;
    const head = heads.get(place.epoch);
    const hash = head?.seq === place.seq ? head.hash : await storedHash(db, gateway, place.epoch, place.seq);
    return hash === null ? null : { ...place, hash };
  }
}
