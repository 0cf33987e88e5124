import type { Generated } from "kysely";
import type { EpochStart } from "../replica/admission.ts";
import type { AccessTables } from "./access-tables.ts";
import type { CaseTables } from "./case-tables.ts";
import type { ClueTables } from "./clue-tables.ts";
import type { NotifyTables } from "./notify-tables.ts";
import type { RegistryTables } from "./registry-tables.ts";
import type { VisitTables } from "./visit-tables.ts";

/** The tables. Times are UTC milliseconds, hashes and epochs lower-case hex, `…_json` JSON text. */
export interface Tables
  extends AccessTables,
    CaseTables,
    ClueTables,
    NotifyTables,
    RegistryTables,
    VisitTables {
  epoch: EpochTable;
  segment: SegmentTable;
  quarantine: QuarantineTable;
  segment_summary: SegmentSummaryTable;
  gateway_state: GatewayStateTable;
  context: ContextTable;
  finding: FindingTable;
  alert: AlertTable;
  alert_entry: AlertEntryTable;
  gateway: GatewayTable;
  certificate: CertificateTable;
  claim: ClaimTable;
  revocation: RevocationTable;
  identity_state: IdentityStateTable;
  receipt: ReceiptTable;
  notice: NoticeTable;
}

/** One epoch of a gateway's journal, how it joins what came before, and how far the replica holds it. */
interface EpochTable {
  ord: Generated<number>;
  gateway: string;
  epoch: string;
  parent_epoch: string | null;
  parent_seq: number | null;
  start: EpochStart;
  head_seq: number;
  head_hash: string;
}

/** The replica itself: append-only. */
interface SegmentTable {
  ord: Generated<number>;
  gateway: string;
  epoch: string;
  seq: number;
  hash: string;
  cose: Uint8Array;
  /** Empty where the gateway gave it up for space. */
  body: Uint8Array;
  readings: number;
  events: number;
  recorded_ms: number;
}

/** Signed contradictions: two different segments for one place. Kept for a person, never merged. */
interface QuarantineTable {
  id: Generated<number>;
  gateway: string;
  epoch: string;
  seq: number;
  hash: string;
  reason: string;
  bytes: Uint8Array;
  recorded_ms: number;
}

/** What a chart needs of one segment; can be rebuilt from the replica. */
interface SegmentSummaryTable {
  segment_ord: number;
  gateway: string;
  from_ms: number;
  to_ms: number;
  summary_json: string;
}

/** Everything folded from one gateway's journal, up to `segment_ord`; can be rebuilt from replica and context log. */
interface GatewayStateTable {
  gateway: string;
  segment_ord: number;
  /** Of the code that folded it; another version folds again at start. */
  fold_version: number;
  view_json: string;
  dating_json: string;
  fold_json: string;
}

/** The context log: append-only, hash-chained. */
interface ContextTable {
  id: Generated<number>;
  site: string;
  effective_ms: number;
  recorded_ms: number;
  entry_json: string;
  prev_hash: string;
  hash: string;
}

/** What the fold found, in the order found; can be rebuilt. */
interface FindingTable {
  id: Generated<number>;
  site: string;
  gateway: string;
  key: string;
  at_ms: number;
  finding_json: string;
}

/** The newest state of each alert. */
interface AlertTable {
  id: string;
  site: string;
  event_ms: number;
  raised_ms: number;
  updated_ms: number;
  closed_ms: number | null;
  /** Another alert that tells the same with proof. */
  superseded_by: string | null;
  alert_json: string;
  /** `episode`: follows from the fold, and is judged again with it. */
  origin: Generated<AlertOrigin>;
}

/** Where an alert comes from: the fold, an early copy of an event, the replica itself, or silences of several sites of one area. */
export type AlertOrigin = "episode" | "notice" | "replica" | "area";

/** Every state an alert ever had: append-only, hash-chained. */
interface AlertEntryTable {
  id: Generated<number>;
  alert: string;
  recorded_ms: number;
  alert_json: string;
  prev_hash: string;
  hash: string;
}

/** Every head receipt that was issued: append-only. */
interface ReceiptTable {
  id: Generated<number>;
  gateway: string;
  epoch: string;
  seq: number;
  hash: string;
  utc_ms: number;
  /** As encodeReceipt made it. */
  bytes: Uint8Array;
}

/** Early copies of events, and what became of them. */
interface NoticeTable {
  id: Generated<number>;
  event_id: string;
  gateway: string;
  epoch: string;
  at_ms: number;
  event_ms: number;
  received_ms: number;
  alert: string;
  state: "awaiting" | "confirmed" | "withdrawn";
}

/** Gateways that enrolled; the configuration may name others. */
interface GatewayTable {
  id: string;
  site: string;
  public_key: string;
  enrolled_ms: number;
}

/** Every certificate that was issued to a gateway. */
interface CertificateTable {
  serial: string;
  gateway: string;
  issued_ms: number;
  not_after_ms: number;
  pem: string;
}

/** Claim codes, known by a keyed hash of their secret. */
interface ClaimTable {
  secret_hash: string;
  site: string;
  gateway: string;
  created_ms: number;
  expires_ms: number;
  used_key: string | null;
  used_ms: number | null;
}

/** The signed lines of revocations.jsonl, as far as this database knows them. */
interface RevocationTable {
  ord: Generated<number>;
  id: string;
  gateway: string;
  line: string;
}

/** Single facts about the identities, by name. */
interface IdentityStateTable {
  name: string;
  value: string;
}
