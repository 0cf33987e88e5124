export {
  type AlertView,
  API_PREFIX,
  alertSchema,
  chartSchema,
  type SiteDetail,
  siteDetailSchema,
  siteSummarySchema,
} from "./api/contract.ts";
export { type BaselineView, viewBaselines } from "./detect/baseline-view.ts";
export type { ContextEntry } from "./detect/context-entry.ts";
export type { FindingRecord } from "./detect/finding.ts";
export { foldSegment, type GatewayState, initialGatewayState } from "./detect/gateway-fold.ts";
export type { SiteContext } from "./detect/site-context.ts";
export { type Episode, judgeSite } from "./detect/site-verdict.ts";
