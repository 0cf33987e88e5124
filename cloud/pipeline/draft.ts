import type { Clock, Logger, RefusalCounter } from "@sealwatch/platform";
import type { AlertView } from "../api/contract.ts";
import type { AwaitedNotice } from "../cases/notice-book.ts";
import type { SiteRegistry } from "../registry/site-registry.ts";
import type { IssuedReceipt } from "../replica/head-receipts.ts";
import type { Database } from "../store/database.ts";
import type { GatewayJournal } from "./gateway-journal.ts";
import type { LiveSite } from "./live-site.ts";

/** The journals and sites as a transaction sees them; they replace the live ones when it commits. */
export interface Draft {
  readonly db: Database;
  readonly journals: Map<string, GatewayJournal>;
  readonly sites: Map<string, LiveSite>;
  /** Signed contradictions kept, by gateway. */
  readonly contradictions: Map<string, number>;
  /** Notices whose journal has not come yet. */
  awaited: AwaitedNotice[];
  /** Notices that a segment of this transaction brought the event of, and when that was. */
  readonly confirmed: { readonly notice: AwaitedNotice; readonly eventMs: number }[];
  readonly touched: Set<string>;
  readonly judged: Set<string>;
  readonly rewound: Set<string>;
  readonly alerts: AlertView[];
  readonly receipts: IssuedReceipt[];
  /** True while the records of gateways are what changes something. */
  fromJournal: boolean;
  /** True while the past is folded again at a start: nobody is told. */
  rebuilding: boolean;
}

/** What the work on a draft takes beside it. */
export interface DraftDependencies {
  readonly registry: SiteRegistry;
  readonly clock: Clock;
  readonly refusals: RefusalCounter;
  readonly log: Logger;
}
