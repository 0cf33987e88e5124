import { readFileSync } from "node:fs";
import type { Signer } from "@sealwatch/protocols";
import type { SiteConfig } from "../config/cloud-config.ts";
import type { Database } from "../store/database.ts";
import { BundleFolder } from "./bundle-folder.ts";
import { verifierFile } from "./bundled-verifier.ts";
import { evidencePage } from "./evidence-page.ts";
import { type ExportedJournal, exportJournal, type Pace } from "./export-journal.ts";
import { alertLinks, contextLinks, type ExportedLog, exportLog } from "./export-log.ts";
import { type JournalRange, journalRange } from "./journal-range.ts";

const FORMAT = "sealwatch-evidence/1";
/** Stands before the manifest in what is signed, so that the signature can stand for nothing else. */
const MANIFEST_DOMAIN = "sealwatch-evidence-manifest/1\n";

/** A gateway of the site, as the county knows it. */
export interface EvidencedGateway {
  readonly id: string;
  /** 32 raw bytes in base64url. */
  readonly publicKey: string;
  /** PEM, where the gateway enrolled. */
  readonly certificate: string | null;
}

export interface EvidenceOrder {
  readonly site: Pick<SiteConfig, "id" | "name">;
  readonly gateways: readonly EvidencedGateway[];
  readonly fromMs: number;
  readonly toMs: number;
  /** An empty folder, or one that is not there yet. */
  readonly out: string;
}

/** Who exports, when, and what the county's certificate is. */
export interface EvidenceSource {
  readonly db: Database;
  readonly signer: Signer;
  readonly cloudKey: string;
  /** PEM of the county's CA, where it has one. */
  readonly ca: string | null;
  readonly nowMs: number;
  /** Waited for between pages; throws to end the export. */
  readonly pace: () => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** What was exported. */
export interface ExportedEvidence {
  readonly gateways: readonly (ExportedJournal & { readonly id: string })[];
  readonly files: number;
  readonly bytes: number;
}

/** Writes a bundle that proves a site's journal over a time to somebody who trusts neither us nor our software. Throws EVIDENCE_OUT_UNUSABLE. */
export async function exportEvidence(
  source: EvidenceSource,
  order: EvidenceOrder,
): Promise<ExportedEvidence> {
  const { db, signer, nowMs } = source;
  const out = new BundleFolder(order.out);
  const ranges = new Map<string, JournalRange | null>();
  for (const { id } of order.gateways) ranges.set(id, await journalRange(db, id, order));
  const pace = paceOver(source, [...ranges.values()]);
  const gateways = [];
  for (const gateway of order.gateways) {
    const journal = await exportJournal(db, gateway.id, ranges.get(gateway.id) ?? null, out, pace);
    addKeys(out, gateway);
    gateways.push({ id: gateway.id, publicKey: gateway.publicKey, ...journal });
  }
  const range = { site: order.site.id, fromMs: order.fromMs, toMs: order.toMs };
  const logs: ExportedLog[] = [
    await exportLog(contextLinks(db), range, "context.jsonl", { out, pace }),
    await exportLog(alertLinks(db), range, "alerts.jsonl", { out, pace }),
  ];
  if (source.ca) out.add("ca.pem", source.ca);
  out.add("cloud-key.txt", `${source.cloudKey}\n`);
  const { id, name } = order.site;
  const facts = { site: { id, name }, fromMs: order.fromMs, toMs: order.toMs, exportedMs: nowMs };
  out.add("README.html", evidencePage({ ...facts, cloudKey: source.cloudKey, gateways }));
  out.add("verify.py", readFileSync(verifierFile()));
  const listed = [...out.files];
  const manifest = { format: FORMAT, ...facts, cloudKey: source.cloudKey, gateways, logs, files: listed };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
  out.addUnlisted("manifest.json", text);
  const domain = new TextEncoder().encode(MANIFEST_DOMAIN);
  out.addUnlisted("manifest.sig", signer.sign(Buffer.concat([domain, text])));
  return { gateways, files: listed.length + 2, bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function addKeys(out: BundleFolder, { id, publicKey, certificate }: EvidencedGateway): void {
  out.add(`gateways/${id}/public-key.txt`, `${publicKey}\n`);
  if (certificate) out.add(`gateways/${id}/certificate.pem`, certificate);
}

/** Counts rows towards the whole and gives way to others after each page. */
function paceOver(source: EvidenceSource, ranges: readonly (JournalRange | null)[]): Pace {
  const total = ranges.reduce((sum, range) => sum + (range?.segments ?? 0), 0);
  let done = 0;
  return async (rows) => {
    done += rows;
    source.onProgress(done, total);
    await source.pace();
  };
}
