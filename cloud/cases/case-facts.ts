import type { AlertView, Level } from "../api/contract.ts";

/** 待通知 已通知 已确认 已派查 已核查 已判定 已结案, in this order. */
export const CASE_STATES = [
  "new",
  "notified",
  "acknowledged",
  "visit-assigned",
  "visited",
  "verdict",
  "closed",
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** 属实 误报 设备故障 许可作业. */
export const CASE_VERDICTS = ["confirmed", "false-alarm", "device-fault", "permitted-work"] as const;
export type CaseVerdict = (typeof CASE_VERDICTS)[number];

/** Who did something, and when. */
export interface Done {
  readonly atMs: number;
  /** An account's id, or `system`. */
  readonly by: string;
  readonly name: string;
}

/** Everything that is known of one case. Times are UTC milliseconds. */
export interface CaseFacts {
  readonly id: string;
  readonly site: string;
  readonly regionPath: string;
  /** The alert that it is about; it may come in another's place, with the journal's proof. */
  readonly alert: string;
  readonly alertClass: AlertView["class"];
  readonly rule: string;
  readonly state: CaseState;
  readonly level: Level;
  /** The highest level that people were told. */
  readonly toldLevel: Level;
  /** True while only an early notice says so. */
  readonly provisional: boolean;
  readonly withdrawn: boolean;
  /** True while the alert goes on at the site. */
  readonly ongoing: boolean;
  readonly late: boolean;
  /** Found again in the past by a rebuild: nobody is told, and nothing is due. */
  readonly quiet: boolean;
  readonly eventMs: number;
  readonly openedMs: number;
  /** What deadlines count from: opening, or the last time the level rose. */
  readonly sinceMs: number;
  readonly acknowledged: Done | null;
  readonly assigned: Done | null;
  readonly visited: Done | null;
  /** The last verdict; `level`: what the alert was at when it was given. */
  readonly verdict:
    | (Done & { readonly kind: CaseVerdict; readonly reason: string; readonly level: Level })
    | null;
  readonly closed: Done | null;
  /** Accounts that were sent to look. */
  readonly assignees: readonly string[];
  /** The case before this one at the same site. */
  readonly former: string | null;
  /** What was escalated already: deadline, steps up the tree, and the time it counted from. */
  readonly escalations: readonly string[];
  /** Raised with everything that a person's decision rests on. */
  readonly version: number;
}
