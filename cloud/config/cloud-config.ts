import { isIP } from "node:net";
import { gatewayIdSchema, siteIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { ROLES } from "../access/policy.ts";
import { notifySchema } from "../notify/notify-config.ts";
import { REGION_KINDS, regionIdSchema } from "../registry/region-id.ts";

const port = z
  .int("write a port number")
  .min(0, "write a port, 0 to 65535")
  .max(65_535, "write a port, 0 to 65535");

/** What detection starts from at a site. */
export const siteSettingsSchema = z.strictObject({
  /** Local time of the site, minutes east of UTC. */
  utcOffsetMin: z.int().min(-720).max(840).default(480),
  /** What the plant drew before it was closed, in watts: what one per cent means. */
  formerLoadW: z.number().positive("write the former load in watts, such as 60000"),
  /** Days that a baseline must have seen before a person may accept it. */
  learningDaysMin: z.int().min(1).max(60).default(7),
  /** Feeders and water supplies cut by order, named as the gateways' devices name their feeder. */
  declaredCut: z
    .array(
      z.strictObject({
        feeder: z.string().min(1).max(48),
        /** Since when, Unix milliseconds; without it since ever. */
        sinceMs: z.int().min(0).optional(),
        /** Volts of a live conductor where they are not 220 to neutral and 380 between two. */
        nominalV: z.number().positive().optional(),
      }),
    )
    .max(16)
    .default([]),
});

const siteSchema = z.strictObject({
  id: siteIdSchema,
  name: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
  address: z.string().default(""),
  township: z.string().default(""),
  ...siteSettingsSchema.shape,
  gateways: z
    .array(
      z.strictObject({
        id: gatewayIdSchema,
        publicKey: z
          .string()
          .regex(/^[A-Za-z0-9_-]{43}$/, "write the 43 characters that `sealwatch-gateway keygen` prints"),
      }),
    )
    .max(16),
});

const oidcSchema = z.strictObject({
  issuer: z.url("write the provider's issuer, such as https://id.example.org"),
  clientId: z.string().min(1).max(200),
  clientSecretFile: z.string().min(1).max(4096),
});
export type OidcConfig = z.output<typeof oidcSchema>;

/** The cloud's configuration. Every problem in it is told at once, at start. */
export const cloudConfigSchema = z
  .strictObject({
    dataDir: z.string().min(1),
    http: z
      .strictObject({
        host: z.string().default("127.0.0.1"),
        port: port.default(8080),
        /** Roles that everybody has without signing in: for a demo and for tests on loopback, never for a county. */
        withoutSignIn: z.array(z.enum(ROLES)).max(ROLES.length).default([]),
        /** True behind a proxy that sets X-Forwarded-For, so that limits count people and not the proxy. */
        trustProxy: z.boolean().default(false),
        /** Requests that one person may send at once, and a second in the long run; sign-ins have a stricter limit of their own. */
        requests: z
          .strictObject({
            burst: z.int().min(10).max(1_000_000).default(200),
            perSecond: z.number().min(1).max(100_000).default(20),
          })
          .prefault({}),
        /** Where people open the page, such as https://sealwatch.example.org: for links in messages. */
        publicUrl: z.url("write an address such as https://sealwatch.example.org").optional(),
      })
      .prefault({}),
    /** Sign-in through the county's own OpenID Connect provider, beside names and passwords. */
    oidc: oidcSchema.optional(),
    /** The top of the region tree, entered at the first start: this county, or the prefecture or province that runs the system. */
    topRegion: z
      .strictObject({
        id: regionIdSchema,
        kind: z.enum(REGION_KINDS).default("county"),
        name: z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) }),
      })
      .default({ id: "county", kind: "county", name: { zh: "本县", en: "This county" } }),
    /** demo and test may serve plain MQTT; a county may not. */
    mode: z.enum(["production", "demo", "test"]).default("production"),
    /** Plain MQTT, for loopback only: gateways elsewhere need mutual TLS. */
    mqtt: z
      .strictObject({
        host: z
          .enum(["127.0.0.1", "::1", "localhost"], "plain MQTT is served on loopback only: write 127.0.0.1")
          .default("127.0.0.1"),
        port: port.default(1883),
      })
      .optional(),
    /** MQTT over mutual TLS. */
    mqtts: z.strictObject({ host: z.string().default("0.0.0.0"), port: port.default(8883) }).optional(),
    /** Where gateways exchange a claim code for a certificate, and renew it. */
    enrol: z.strictObject({ host: z.string().default("0.0.0.0"), port: port.default(8443) }).optional(),
    tls: z
      .strictObject({
        /** Host names and addresses that gateways dial; the first is told to them. */
        names: z
          .array(
            z
              .string()
              .max(253)
              .refine(isHostName, "write a host name or an address, such as cloud.example.org"),
          )
          .min(1, "write the host name that gateways dial")
          .max(16),
      })
      .optional(),
    /** Nothing heard from a gateway for this long makes its site unknown. */
    gatewaySilentAfterMs: z.int().min(1_000).max(86_400_000).default(480_000),
    /** How people are told. */
    notify: notifySchema.prefault({}),
    logLevel: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
    /** Sites that the register starts with; more are entered or imported while it runs. */
    sites: z.array(siteSchema).max(10_000).default([]),
  })
  .superRefine((config, context) => {
    checkListeners(config, context);
    refuseTwice(
      config.sites.map((site) => site.id),
      "sites",
      "id",
      context,
    );
    const gateways = config.sites.flatMap((site) => site.gateways.map((gateway) => gateway.id));
    refuseTwice(gateways, "sites", "gateways", context);
  });

export type CloudConfig = z.output<typeof cloudConfigSchema>;
/** Addresses that only this machine reaches. */
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

export type SiteConfig = CloudConfig["sites"][number];

function isHostName(text: string): boolean {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
  return isIP(text) !== 0 || text.split(".").every((part) => label.test(part));
}

/** What gateways reach the cloud through must be there, and be safe where it is. */
function checkListeners(
  {
    mode,
    http,
    oidc,
    mqtt,
    mqtts,
    enrol,
    tls,
  }: Pick<CloudConfig, "mode" | "http" | "oidc" | "mqtt" | "mqtts" | "enrol" | "tls">,
  context: z.core.$RefinementCtx,
): void {
  const problem = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  if (mqtt && mode === "production")
    problem("mqtt", "plain MQTT is for `mode: demo` and `mode: test`: write mqtts instead");
  if (http.withoutSignIn.length > 0 && (mode === "production" || !LOOPBACK.includes(http.host)))
    problem("http", "withoutSignIn is for `mode: demo` and `mode: test` on 127.0.0.1: remove it and sign in");
  if (oidc && http.publicUrl === undefined)
    problem("http", "oidc needs publicUrl: the address to which the provider sends people back");
  if (oidc && mode === "production" && !oidc.issuer.startsWith("https://"))
    problem("oidc", "the issuer must be an https:// address");
  if (!mqtt && !mqtts) problem("mqtts", "gateways reach the cloud through it: write `mqtts: {}`");
  if (enrol && !mqtts) problem("mqtts", "gateways that enrol need it: write `mqtts: {}`");
  if ((mqtts || enrol) && !tls)
    problem("tls", "write the names that gateways dial, such as `tls: { names: [cloud.example.org] }`");
}

function refuseTwice(
  ids: readonly string[],
  list: string,
  field: string,
  context: z.core.$RefinementCtx,
): void {
  ids.forEach((id, index) => {
    if (ids.indexOf(id) === index) return;
    context.addIssue({
      code: "custom",
      path: [list],
      message: `${field} ${id} stands there twice; each must be its own`,
    });
  });
}
