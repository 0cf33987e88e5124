import { type DeviceProfile, gatewayIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { brokerSchema } from "./broker-config.ts";
import { checkDevice, checkReferences } from "./check-references.ts";
import { deviceShape } from "./device-config.ts";
import { linkSchema, portSchema } from "./link-config.ts";

const LINKS_MAX = 32;
/** One serial line carries 247 units. */
const DEVICES_MAX = 256;

const clockSchema = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("system").describe("the operating system's clock") }),
  z.strictObject({
    source: z.literal("step-socket").describe("a simulator's step socket; modes demo and test only"),
    host: z.string().default("127.0.0.1"),
    port: portSchema,
    steppedIntervalMs: z
      .int()
      .min(100)
      .max(3_600_000)
      .optional()
      .describe(
        "while the simulator steps, no device is polled more often than this; afterwards its own interval holds",
      ),
  }),
]);

const segmentsSchema = z.strictObject({
  everyMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(300_000)
    .describe("a quiet journal is sealed and sent this often"),
  tailCommitMs: z
    .int()
    .min(0)
    .max(10_000)
    .default(10_000)
    .describe("telemetry is on disk this long after sampling, at the latest"),
});

const earlySegmentsSchema = z.strictObject({
  enabled: z.boolean().default(true),
  windowMs: z.int().min(60_000).max(86_400_000).default(7_200_000).describe("what the band is computed from"),
  samplesMax: z.int().min(16).max(600).default(120).describe("the window is thinned to this many values"),
  enterDeviations: z.number().min(1).max(100).default(8).describe("outside: this many MAD from the median"),
  leaveDeviations: z.number().min(0.5).max(100).default(5).describe("inside again: this many MAD"),
  holdMs: z.int().min(0).max(300_000).default(25_000).describe("wait after the first reading outside"),
  followUpMs: z
    .int()
    .min(1_000)
    .max(300_000)
    .default(30_000)
    .describe("one more segment this long after an event"),
  everyMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe("then at most one early segment in this time; it doubles while the reading stays outside"),
});

const limitsSchema = z.strictObject({
  lostAfterMisses: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe("unanswered polls until a device counts as lost"),
  probeFirstMs: z.int().min(100).max(3_600_000).default(10_000).describe("first probe of a lost device"),
  probeMaxMs: z.int().min(100).max(3_600_000).default(300_000).describe("probes become no rarer than this"),
  debouncePolls: z
    .int()
    .min(2)
    .max(20)
    .default(2)
    .describe("a contact has changed when this many polls in a row agree on it"),
  debounceMs: z
    .int()
    .min(0)
    .max(5_000)
    .default(50)
    .describe("and agree for this long; what confirms a change is asked this much later"),
});

const faultsSchema = z
  .strictObject({
    commitDelayMs: z.int().min(0).max(10_000).default(0).describe("every commit takes this much longer"),
    clockOffsetFile: z
      .string()
      .min(1)
      .optional()
      .describe("the wall clock is ahead by the milliseconds that this file holds"),
    clockCheckMs: z.int().min(100).max(60_000).default(60_000).describe("how often the clocks are compared"),
  })
  .describe("mode test only: what goes wrong on purpose");

/** The schema of a gateway's configuration; `profileOf` finds shipped profiles and throws what is wrong with one. */
export function gatewayConfigSchema(profileOf: (name: string) => DeviceProfile) {
  const deviceSchema = deviceShape.transform((device, context) => {
    const profile = checkDevice(device, profileOf, context);
    return profile ? { ...device, profile } : z.NEVER;
  });
  return z
    .strictObject({
      gateway: gatewayIdSchema
        .optional()
        .describe("also the MQTT client id; as the county enrolled it, if absent"),
      mode: z.enum(["production", "demo", "test"]).default("production"),
      dataDir: z.string().min(1).describe("folder of the journal; relative to this file"),
      keyFile: z
        .string()
        .min(1)
        .optional()
        .describe("Ed25519 key, PKCS #8 PEM; <dataDir>/gateway.key if absent"),
      clock: clockSchema.default({ source: "system" }),
      broker: brokerSchema.optional(),
      links: z.array(linkSchema).min(1).max(LINKS_MAX),
      devices: z.array(deviceSchema).min(1).max(DEVICES_MAX),
      segments: segmentsSchema.prefault({}),
      earlySegments: earlySegmentsSchema.prefault({}),
      journal: z
        .strictObject({
          budgetMb: z
            .int()
            .min(1)
            .max(1_000_000)
            .default(512)
            .describe(
              "what the journal may take; then acknowledged bodies go first, the oldest unacknowledged telemetry next, events never",
            ),
        })
        .prefault({}),
      limits: limitsSchema.prefault({}),
      faults: faultsSchema.optional(),
    })
    .superRefine(checkReferences);
}

export type GatewayConfig = Readonly<z.output<ReturnType<typeof gatewayConfigSchema>>>;
export type DeviceConfig = GatewayConfig["devices"][number];
