import { type Clock, type Logger, messageOf, sleepMs } from "@sealwatch/platform";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { z } from "zod";
import { DAY_MS, MINUTE_MS } from "../detect/local-time.ts";
import type { Database } from "../store/database.ts";
import { enqueueNotification } from "./enqueue-notification.ts";
import type { NotifyConfig } from "./notify-config.ts";

/** How often the path is looked at. */
const BEAT_EVERY_MS = 2_000;

const ageMs = z.number().nullable();

/** What GET /alert-path answers: ages, so that the clock of whoever asks does not matter. No secrets, no names. */
export const alertPathSchema = z.object({
  /** Since the pipeline had committed all it had, and the outbox could be read; null: never yet. */
  beatAgeMs: ageMs,
  /** Notifications and deliveries that should have left, and for how long the oldest has. Held for quiet hours is not overdue. */
  overdue: z.number(),
  oldestOverdueMs: ageMs,
  /** Notifications that nobody could be found for. */
  unrouted: z.number(),
  deliveredAgeMs: ageMs,
  /** The newest daily self-test: written, and delivered to somebody. */
  selfTest: z.object({ enqueuedAgeMs: z.number(), delivered: z.boolean() }).nullable(),
});

export type AlertPathStatus = z.output<typeof alertPathSchema>;

export interface AlertPathDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Pick<NotifyConfig, "selfTest">;
  /** Resolves when everything the gateways brought is committed. */
  readonly pipelineIdle: () => Promise<void>;
  /** Told when a self-test was written. */
  readonly wake: () => void;
}

/** Looks at the whole way from the pipeline to the channels, and writes the daily self-test. Stands still where the way does. */
export class AlertPath {
  readonly #deps: AlertPathDependencies;
  readonly #stopping = new AbortController();
  #beatMs: number | null = null;
  #seen: Omit<AlertPathStatus, "beatAgeMs"> = {
    ...{ overdue: 0, oldestOverdueMs: null, unrouted: 0, deliveredAgeMs: null, selfTest: null },
  };
  #running: Promise<void> = Promise.resolve();

  constructor(deps: AlertPathDependencies) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** As of the last look, with its age. */
  status(): AlertPathStatus {
    const beatAgeMs = this.#beatMs === null ? null : this.#deps.clock.monotonicMs() - this.#beatMs;
    return { beatAgeMs: beatAgeMs === null ? null : Math.round(beatAgeMs), ...this.#seen };
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#look();
        this.#beatMs = clock.monotonicMs();
      } catch (error) {
        log.error({ why: messageOf(error) }, "the alert path could not be looked at");
      }
      await sleepMs(clock, BEAT_EVERY_MS, signal);
    }
  }

  async #look(): Promise<void> {
    const { db, clock, config, pipelineIdle, wake } = this.#deps;
    await pipelineIdle();
    const nowMs = clock.wallMs();
    if (config.selfTest && (await writeSelfTest(db, config.selfTest, nowMs))) wake();
    this.#seen = await lookAtOutbox(db, nowMs);
  }
}

async function lookAtOutbox(db: Database, nowMs: number): Promise<Omit<AlertPathStatus, "beatAgeMs">> {
  const late = await sql<{ overdue: number; oldest: number | null }>`
    select count(*) as overdue, min(since_ms) as oldest from (
      select due_ms as since_ms from delivery where state in ('waiting', 'assigned') and due_ms <= ${nowMs}
      union all select created_ms from notification where state = 'new')`.execute(db);
  const unrouted = await db
    .selectFrom("notification")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("state", "=", "new")
    .where((where) => where("look_ms", ">", where.ref("created_ms")))
    .executeTakeFirstOrThrow();
  const delivered = await db
    .selectFrom("channel_state")
    .select((select) => select.fn.max<number | null>("success_ms").as("last_ms"))
    .executeTakeFirstOrThrow();
  const age = (sinceMs: number | null | undefined) => (sinceMs == null ? null : Math.max(0, nowMs - sinceMs));
  return {
    overdue: late.rows[0]?.overdue ?? 0,
    oldestOverdueMs: age(late.rows[0]?.oldest),
    unrouted: unrouted.count,
    deliveredAgeMs: age(delivered.last_ms),
    selfTest: await lookAtSelfTest(db, nowMs),
  };
}

async function lookAtSelfTest(db: Database, nowMs: number): Promise<AlertPathStatus["selfTest"]> {
  const row = await newestSelfTest(db);
  if (!row) return null;
  const delivered = await db
    .selectFrom("delivery")
    .select("id")
    .where("notification", "=", row.id)
    .where("state", "=", "delivered")
    .limit(1)
    .executeTakeFirst();
  return { enqueuedAgeMs: Math.max(0, nowMs - row.created_ms), delivered: delivered !== undefined };
}

const SELF_TEST = "self-test/";

/** Their ids sort by day. */
function newestSelfTest(db: Database) {
  return db
    .selectFrom("notification")
    .select(["id", "created_ms"])
    .where("id", ">", SELF_TEST)
    .where("id", "<", `${SELF_TEST}~`)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
}

function minuteOfDay(localMs: number): number {
  return Math.floor((((localMs % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Writes the self-test of the day once its time has come, and the very first one at once; true when it is new. */
async function writeSelfTest(
  db: Database,
  { at, regionPath, utcOffsetMin }: NonNullable<NotifyConfig["selfTest"]>,
  nowMs: number,
): Promise<boolean> {
  const localMs = nowMs + utcOffsetMin * MINUTE_MS;
  const id = `${SELF_TEST}${new Date(localMs).toISOString().slice(0, 10)}`;
  const newest = await newestSelfTest(db);
  if (newest && (newest.id >= id || minuteOfDay(localMs) < minuteOf(at))) return false;
  const sentence = {
    zh: "每日自检：告警通道正常。收到即可，无需处理。",
    en: "daily self-test: the alert path works; nothing to do",
  };
  await enqueueNotification(
    db,
    {
      ...{ id, kind: "test", level: "none", case: null, site: null, siteName: null, regionPath, to: "duty" },
      ...{ eventMs: nowMs, raisedMs: nowMs, late: false, sentence, utcOffsetMin },
    },
    nowMs,
  );
  return true;
}

/** For a watchdog on another machine, which has no account here. */
export function registerAlertPath(app: FastifyInstance, path: Pick<AlertPath, "status">): void {
  app.get("/alert-path", async (_request, reply) =>
    reply.header("cache-control", "no-store").send(path.status()),
  );
}
