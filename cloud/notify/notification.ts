import { z } from "zod";
import type { Level } from "../detect/episode-level.ts";

const NAME_MAX_CHARS = 200;
const SENTENCE_MAX_CHARS = 1_000;
/** People one notification names. */
const USERS_MAX = 50;

const user = z.string().max(96);
const bilingual = (maxChars: number) =>
  z.object({ zh: z.string().max(maxChars), en: z.string().max(maxChars) });

/** 监测提示等级, lowest first; `none` is an errand, not a sign. */
export const LEVELS = ["none", "blue", "yellow", "orange", "red"] as const satisfies readonly Level[];

/** What people are told, once, by whatever channels reach them. Times are UTC milliseconds. */
export const notificationSchema = z.object({
  /** The idempotency key: the same fact makes the same id, however often it is enqueued. */
  id: z.string().min(1).max(160),
  kind: z.enum([
    "case-opened",
    "case-raised",
    "case-escalated",
    "case-overdue",
    "case-withdrawn",
    "permit-ending",
    "measure-overdue",
    "visit-assigned",
    "alarm-path-silent",
    "test",
  ]),
  level: z.enum(LEVELS),
  case: z.string().max(96).nullable(),
  site: z.string().max(64).nullable(),
  siteName: bilingual(NAME_MAX_CHARS).nullable(),
  /** Whose duty it is: a path of the region tree, such as `shanxi/yunxi/`; empty is the whole county. */
  regionPath: z.string().max(400),
  to: z.union([
    z.literal("duty"),
    /** By one channel only, to try it out. */
    z.strictObject({ channel: z.string().max(32), users: z.array(user).max(USERS_MAX) }),
    z.strictObject({ users: z.array(user).min(1).max(USERS_MAX) }),
  ]),
  /** When it happened, and when the cloud knew. */
  eventMs: z.number(),
  raisedMs: z.number(),
  /** True when it was known long after it happened. */
  late: z.boolean(),
  sentence: bilingual(SENTENCE_MAX_CHARS),
  utcOffsetMin: z.number(),
});

export type Notification = z.output<typeof notificationSchema>;

/** 0 for none … 4 for red. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}
