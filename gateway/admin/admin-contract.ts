import { z } from "zod";

const count = z.int().min(0);
const name = z.string().min(1).max(100);
const none = z.strictObject({});

const linkReportSchema = z.strictObject({
  up: z.boolean(),
  utilisation: z.number(),
  waiting: count,
  drained: count,
  devices: z.record(
    z.string(),
    z.strictObject({
      asked: count,
      answered: count,
      badFrames: count,
      unanswered: count,
      roundTripMs: z.tuple([z.number(), z.number()]).readonly().optional(),
    }),
  ),
});

const statusSchema = z.strictObject({
  gateway: z.string(),
  software: z.string(),
  pid: count,
  /** Monotonic time of the epoch: how long it has run. */
  runningMs: z.number(),
  wallMs: z.number(),
  epoch: z.string(),
  polls: count,
  missed: count,
  readings: count,
  segments: count,
  unsavedMs: count,
  acknowledgedSeq: count,
  backlog: count,
  uplink: z.enum(["offline", "greeting", "streaming"]),
  journal: z.strictObject({
    /** The file with its write-ahead log; and what of it is in use, which is what the budget limits. */
    bytes: count,
    usedBytes: count,
    budgetBytes: count,
    /** No telemetry is taken: what may not be given up fills the budget or the disk. */
    full: z.boolean(),
    /** The disk has no room; events are kept from the reserve. */
    diskFull: z.boolean(),
    /** What the last segments took a day; null before there are two. */
    bytesPerDay: z.number().nullable(),
  }),
  config: z.strictObject({
    file: z.string(),
    hash: z.string(),
    appliedAtMs: z.number(),
    onTrial: z.boolean(),
  }),
  links: z.record(z.string(), linkReportSchema),
});

const reading = {
  device: name,
  answered: z.boolean(),
  values: z.array(
    z.strictObject({
      point: z.string(),
      value: z.number().nullable(),
      unit: z.string(),
      quality: z.string(),
      /** The value for people, or the quality that says why there is none. */
      text: z.string(),
    }),
  ),
};

const readSchema = z.strictObject({
  ...reading,
  profile: z.string(),
  exchanges: z.array(
    z.strictObject({ asks: z.string(), sent: z.string(), received: z.string(), tookMs: z.number() }),
  ),
  /** All of it and the self-checks, as text. */
  report: z.string(),
});

const watchedSchema = z.strictObject({
  ...reading,
  link: z.string(),
  station: z.string(),
  atMs: z.number().nullable(),
  roundTripMs: z.number().nullable(),
});

const reloadSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("unchanged"), hash: z.string() }),
  /** `silent`: devices that have not answered yet, none of which did before. */
  z.strictObject({ outcome: z.literal("applied"), hash: z.string(), silent: z.array(name) }),
  z.strictObject({ outcome: z.literal("rolled-back"), hash: z.string(), reason: z.string() }),
]);

/** What the admin socket can be asked: by operation its parameters, what it streams meanwhile, and its result. */
export const ADMIN_OPERATIONS = {
  status: { asks: none, item: z.never(), result: statusSchema },
  read: { asks: z.strictObject({ device: name }), item: z.never(), result: readSchema },
  watch: {
    asks: z.strictObject({
      everyMs: z.int().min(100).max(3_600_000),
      /** For ever if absent; ends when the asker hangs up. */
      rounds: z.int().min(1).max(1_000_000).optional(),
    }),
    item: watchedSchema,
    result: none,
  },
  /** `file`: what the asker means; it must be the file that the gateway was started with. */
  reload: { asks: z.strictObject({ file: z.string().max(4096) }), item: z.never(), result: reloadSchema },
} as const;

/** How a new configuration went. */
export type ReloadOutcome = z.output<typeof reloadSchema>;
export type GatewayStatus = z.output<typeof statusSchema>;
export type DeviceRead = z.output<typeof readSchema>;
export type WatchedDevice = z.output<typeof watchedSchema>;
