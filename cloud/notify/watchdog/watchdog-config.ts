import { z } from "zod";
import { chainsSchema, channelsSchema } from "../notify-config.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** watchdog.yaml: whom a machine of its own tells when the cloud's alert path is silent. */
export const watchdogSchema = z
  .strictObject({
    /** The cloud's address; `/alert-path` is asked. */
    cloud: z.url("write an address such as https://sealwatch.example.org").max(200),
    /** What it is called in messages. */
    name: z.strictObject({ zh: z.string().min(1).max(100), en: z.string().min(1).max(100) }),
    /** A file with the CA of a cloud that has a certificate of its own is given to Node: NODE_EXTRA_CA_CERTS. */
    everyMs: z
      .int()
      .min(200)
      .max(10 * MINUTE_MS)
      .default(MINUTE_MS),
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
    /** No answer, or a standing heart, for this long is an episode. The cloud's heart beats every two seconds. */
    silentAfterMs: z
      .int()
      .min(500)
      .max(DAY_MS)
      .default(5 * MINUTE_MS),
    /** Something has been waiting to leave for this long. */
    overdueAfterMs: z
      .int()
      .min(500)
      .max(DAY_MS)
      .default(15 * MINUTE_MS),
    /** The newest self-test is older than this, or reached nobody within silentAfterMs; null: none is expected. */
    selfTestWithinMs: z
      .int()
      .min(1_000)
      .max(7 * DAY_MS)
      .nullable()
      .default(26 * 60 * MINUTE_MS),
    /** Remembers the episode over restarts. */
    stateFile: z.string().min(1).max(500),
    utcOffsetMin: z.int().min(-720).max(840).default(480),
    channels: channelsSchema.min(1, "write at least one channel"),
    chains: chainsSchema.min(1, "write at least one chain of channels"),
    people: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(96),
          phone: z.string().max(32).nullable().default(null),
          mail: z.email().max(200).nullable().default(null),
        }),
      )
      .max(50)
      .default([]),
    logLevel: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  })
  .superRefine(({ channels, chains }, context) => {
    const known = new Set(channels.map(({ id }) => id));
    for (const id of chains.flat()) {
      if (known.has(id)) continue;
      context.addIssue({ code: "custom", path: ["chains"], message: `there is no channel ${id}` });
    }
  });

export type WatchdogConfig = z.output<typeof watchdogSchema>;
