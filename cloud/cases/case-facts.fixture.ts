import type { CaseFacts } from "./case-facts.ts";

export const OPENED_MS = 1_790_000_000_000;

/** A red case of a village, as it is opened. */
export function openedCase(values: Partial<CaseFacts> = {}): CaseFacts {
  return {
    ...{ id: "2026-000001", site: "qingshi-dyes", regionPath: "dongping/yunxi/qingshi/", alert: "a1" },
    ...{ alertClass: "restart", rule: "power-rise", state: "new", level: "red", toldLevel: "red" },
    ...{ provisional: false, withdrawn: false, ongoing: true, late: false, quiet: false },
    ...{ eventMs: OPENED_MS - 60_000, openedMs: OPENED_MS, sinceMs: OPENED_MS },
    ...{ acknowledged: null, assigned: null, visited: null, verdict: null, closed: null },
    ...{ assignees: [], former: null, escalations: [], version: 1 },
    ...values,
  };
}
