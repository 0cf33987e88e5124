import { isDeepStrictEqual } from "node:util";
import { type Clock, type Logger, refusalCounter, systemClock, systemRandom } from "@sealwatch/platform";
import type { JournalRecord } from "@sealwatch/protocols";
import type { GatewayConfig } from "./config/gateway-config.ts";
import type { LoadedConfig } from "./config/load-gateway-config.ts";
import type { KeyStore } from "./identity/key-store.ts";
import { keepRenewed } from "./identity/renewal.ts";
import type { Journal } from "./journal/journal.ts";
import { CloudOrders, type OrderParts } from "./uplink/cloud-orders.ts";
import { CloudRoute } from "./uplink/cloud-route.ts";
import { NoticeDesk } from "./uplink/notice-desk.ts";
import { ReceiptShelf } from "./uplink/receipt-shelf.ts";
import { Uplink } from "./uplink/uplink.ts";

/** What the cloud side of a gateway is made of. `clock` is that of the epoch. */
export interface CloudSideParts {
  readonly gateway: string;
  readonly config: LoadedConfig;
  readonly key: KeyStore;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly software: string;
  readonly log: Logger;
}

/** All that goes between this gateway and its cloud: replication, notices, receipts, orders, and a certificate that stays valid. */
export class CloudSide {
  readonly uplink: Uplink;
  readonly #parts: CloudSideParts;
  readonly #route: CloudRoute;
  readonly #notices: NoticeDesk;
  #answered = false;

  constructor(parts: CloudSideParts) {
    const { gateway, config, key, journal, clock, software, log } = parts;
    this.#parts = parts;
    this.#route = new CloudRoute(gateway, key, config);
    const refusals = refusalCounter(log);
    this.uplink = new Uplink({
      route: () => this.#route.next(),
      gateway,
      software,
      journal,
      clock: systemClock,
      random: systemRandom,
      log,
      refusals,
    });
    this.#notices = new NoticeDesk({
      gateway,
      epoch: journal.epoch,
      signer: key.signer,
      clock,
      uplink: this.uplink,
      // The journal answers questions behind the commit of all that was appended before.
      committed: async () => void (await journal.held()),
    });
    journal.onSealed = () => this.uplink.newSegments();
  }

  /** Stays in touch until `signal` aborts; `obey` carries out orders. */
  async run(obey: OrderParts["obey"], signal: AbortSignal): Promise<void> {
    const { gateway, config, key, log } = this.#parts;
    const refusals = refusalCounter(log);
    const receipts = new ReceiptShelf(config.dataDir, gateway, refusals);
    const orders = new CloudOrders({ gateway, dataDir: config.dataDir, log, refusals, obey });
    this.uplink.listener = {
      onAnswered: () => {
        this.#answered = true;
        this.#notices.connected();
      },
      onOrder: (payload, leaf, cloud) => orders.take(payload, leaf, cloud),
      onReceipt: (receipt, cloud) => receipts.keep(receipt, cloud),
    };
    const renewed = () => this.uplink.redial();
    const machine = { clock: systemClock, random: systemRandom };
    await Promise.all([
      this.uplink.run(signal),
      keepRenewed({ dataDir: config.dataDir, key, log, renewed, ...machine }, signal),
    ]);
  }

  /** A record just went into the journal. */
  observe(record: JournalRecord): void {
    if (record.type === "channels") this.#notices.describe(record.channels);
    if (record.type === "event") this.#notices.offer(record);
  }

  /** Goes over to another broker, if it is one. */
  useBroker(broker: GatewayConfig["broker"]): void {
    if (isDeepStrictEqual(this.#route.broker, broker)) return;
    this.#route.broker = broker;
    this.#answered = false;
    this.uplink.redial();
  }

  /** Whether the cloud has answered by way of the broker that is configured now. */
  get reached(): boolean {
    return this.#answered;
  }
}
