import type { JournalRecord } from "@sealwatch/protocols";
import type { ContextEntry } from "./context-entry.ts";
import type { FindingRecord } from "./finding.ts";
import { foldSegment, type GatewayState, initialGatewayState } from "./gateway-fold.ts";
import type { SiteContext } from "./site-context.ts";

/** The invented site of the tests, its gateway and two of its epochs. */
export const SITE: SiteContext = { site: "qingshi-dyes", utcOffsetMin: 480, formerLoadW: 60_000 };
export const GATEWAY = "gw-000001";
export const EPOCH_A = "aaaaaaaaaaaaaaaa";
export const EPOCH_B = "bbbbbbbbbbbbbbbb";

/** Folds batches of records; each becomes the next segment of its epoch. */
export function foldBatches(
  batches: readonly { epoch: string; records: readonly JournalRecord[] }[],
  options: {
    context?: readonly ContextEntry[];
    throughJson?: boolean;
    twice?: boolean;
    site?: Partial<SiteContext>;
  } = {},
): { state: GatewayState; findings: FindingRecord[] } {
  let state = initialGatewayState();
  const findings: FindingRecord[] = [];
  const seqs = new Map<string, number>();
  for (const { epoch, records } of batches) {
    const seq = (seqs.get(epoch) ?? 0) + 1;
    seqs.set(epoch, seq);
    for (let time = 0; time < (options.twice ? 2 : 1); time++) {
      const folded = foldSegment(state, { gateway: GATEWAY, epoch, seq, records }, options.context ?? [], {
        ...SITE,
        ...options.site,
      });
      state = options.throughJson ? JSON.parse(JSON.stringify(folded.state)) : folded.state;
      findings.push(...folded.findings);
    }
  }
  return { state, findings };
}
