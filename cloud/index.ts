export {
  type AlertView,
  alertSchema,
  API_PREFIX,
  chartSchema,
  type SiteDetail,
  siteDetailSchema,
  siteSummarySchema,
} from "./api/contract.ts";
