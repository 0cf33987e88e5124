import { type Clock, sleepMs } from "@sealwatch/platform";
import { cloudError } from "../errors.ts";
import { newestCertificate } from "../identity/certificate-book.ts";
import type { GatewayIdentities } from "../identity/gateway-identities.ts";
import type { Database } from "../store/database.ts";
import { type EvidencedGateway, exportEvidence } from "./export-evidence.ts";

/** Between two pages of a long export everybody else has his turn. */
const PAUSE_MS = 5;

interface EvidenceAsk {
  readonly site: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly out: string;
}

/** Answers `evidence export`. Throws SITE_UNKNOWN or EVIDENCE_OUT_UNUSABLE. */
export async function answerEvidence(
  { db, identities, clock }: { db: Database; identities: GatewayIdentities; clock: Clock },
  { site: id, ...order }: EvidenceAsk,
  tell: (progress: { done: number; total: number }) => void,
  hungUp: AbortSignal,
) {
  const { registry, cloudKey, authority } = identities;
  const site = registry.site(id);
  if (!site) throw cloudError("SITE_UNKNOWN", { site: id });
  const gateways: EvidencedGateway[] = [];
  for (const { id: gateway, publicKey } of registry.gatewaysOf(id)) {
    const certificate = (await newestCertificate(db, gateway))?.pem ?? null;
    gateways.push({ id: gateway, publicKey, certificate });
  }
  const source = {
    ...{ db, signer: cloudKey.signer, cloudKey: cloudKey.publicKey, ca: authority.certificatePem },
    nowMs: clock.wallMs(),
    pace: async () => {
      hungUp.throwIfAborted();
      await sleepMs(clock, PAUSE_MS);
    },
    onProgress: (done: number, total: number) => tell({ done, total }),
  };
  const exported = await exportEvidence(source, { ...order, site, gateways });
  const { files, bytes } = exported;
  const held = exported.gateways.map(({ id: gateway, segments, receipts }) => ({
    ...{ id: gateway, segments, receipts },
  }));
  return { gateways: held, files, bytes };
}
