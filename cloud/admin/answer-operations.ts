import type { AdminHandlers } from "@sealwatch/platform";
import { exportAudit } from "../audit/audit-file.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import { answerBackup } from "../backup/backup.ts";
import { verifyCases } from "../cases/verify-cases.ts";
import { enrolAddress } from "../config/enrol-address.ts";
import { cloudError } from "../errors.ts";
import { answerEvidence } from "../evidence/answer-evidence.ts";
import type { ADMIN_OPERATIONS } from "./admin-contract.ts";
import type { AdminSubject } from "./admin-subject.ts";
import { answerUserCreate } from "./answer-user-create.ts";

/** The operations of the admin socket. */
export function answerOperations(subject: AdminSubject): AdminHandlers<typeof ADMIN_OPERATIONS> {
  const { identities } = subject;
  return {
    "claim-create": async (order) => {
      const server = enrolmentAddress(subject);
      return { ...(await identities.openClaim(order)), server };
    },
    "gateway-list": async (_ask, tell) => {
      for (const gateway of await identities.list()) {
        tell({ ...gateway, connected: subject.isConnected(gateway.id) });
      }
      return {};
    },
    "gateway-revoke": async ({ gateway: id, reason }) => {
      const { site, revokedMs } = await identities.revoke(id, reason);
      return { gateway: id, site: site.id, revokedMs: revokedMs ?? 0 };
    },
    "evidence-export": (order, tell, hungUp) => answerEvidence(subject, order, tell, hungUp),
    backup: ({ out }, tell, hungUp) => answerBackup(subject, out, tell, hungUp),
    "gateway-order": async (order) => {
      const { gateway } = order;
      if (!identities.registry.gateway(gateway)) throw cloudError("GATEWAY_UNKNOWN", { gateway });
      if (!subject.sendOrder || !subject.isConnected(gateway)) throw cloudError("GATEWAY_AWAY", { gateway });
      const { number, bytes } = await identities.orders.next(order, subject.clock.wallMs());
      await subject.sendOrder(gateway, order.kind, bytes);
      return { gateway, number };
    },
    "user-create": (order) => answerUserCreate(subject, order),
    "audit-verify": async (_ask, tell) => {
      const audit = await verifyAudit(subject.db, tell);
      const cases = await verifyCases(subject.db);
      return { ...audit, caseEntries: cases.entries, brokenAt: audit.brokenAt ?? cases.brokenAt };
    },
    "audit-export": ({ out }) => exportAudit(subject.db, identities.cloudKey, out, subject.clock.wallMs()),
    "revocations-import": async ({ text, name }) => {
      const added = await identities.importRevocations(text, name);
      return { added, revoked: identities.revocations.all.length };
    },
  };
}

/** What an installer dials. Throws ENROLMENT_OFF. */
function enrolmentAddress({ config, enrolPort }: AdminSubject): string {
  const address = enrolAddress(config, enrolPort);
  if (address !== null) return address;
  throw cloudError("ENROLMENT_OFF", {
    why: "write `enrol: {}` and `tls: { names: […] }` in the configuration",
  });
}
