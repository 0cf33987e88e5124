export {
  type AlertView,
  API_PREFIX,
  alertSchema,
  chartSchema,
  type SiteDetail,
  siteDetailSchema,
  siteSummarySchema,
} from "./api/contract.ts";
