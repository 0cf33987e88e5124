import { isIP } from "node:net";
import { z } from "zod";
import { regionPathSchema } from "./region-path.ts";

const HOUR_MS = 3_600_000;
const CHANNELS_MAX = 50;
const CHAINS_MAX = 4;

const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "write a short name of a-z, 0-9 and -, such as duty-group");
const file = z.string().min(1, "write the path of a file that holds only the secret").max(500);
const address = z
  .string()
  .max(1_000)
  .refine(isSafeAddress, "write an https:// address (http:// on loopback, or with `plainHttp: true`)");
const timeoutMs = z.int().min(100).max(60_000).default(10_000);
const upTo = (most: number) => z.int().min(1).max(most, `the service takes at most ${most}`).default(most);
const base = { id: slug, timeoutMs };

const wecom = z.strictObject({
  ...base,
  kind: z.literal("wecom"),
  url: address.default("https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
  /** What stands behind `key=` in the robot's address. */
  keyFile: file,
  perMinute: upTo(20),
});
const dingtalk = z.strictObject({
  ...base,
  kind: z.literal("dingtalk"),
  url: address.default("https://oapi.dingtalk.com/robot/send"),
  /** What stands behind `access_token=`. */
  tokenFile: file,
  /** 加签: the secret that begins with SEC. */
  secretFile: file.optional(),
  /** 自定义关键词, where the robot demands one. */
  keyword: z.string().max(20).default(""),
  perMinute: upTo(20),
});
const feishu = z.strictObject({
  ...base,
  kind: z.literal("feishu"),
  url: address.default("https://open.feishu.cn/open-apis/bot/v2/hook"),
  /** The last part of the bot's address. */
  tokenFile: file,
  secretFile: file.optional(),
  perMinute: upTo(100),
  perSecond: upTo(5),
});
const mail = z.strictObject({
  ...base,
  kind: z.literal("mail"),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535),
  /** `implicit` on port 465, `starttls` on 587; `none` for a relay on loopback only. */
  tls: z.enum(["implicit", "starttls", "none"]),
  /** The CA of a relay with a certificate of its own. */
  caFile: file.optional(),
  user: z.string().max(200).optional(),
  passwordFile: file.optional(),
  from: z.string().min(3).max(200),
  perMinute: upTo(600),
});
const gateway = (kind: "sms" | "voice", perMinute: number) =>
  z.strictObject({
    ...base,
    kind: z.literal(kind),
    method: z.enum(["POST", "GET", "PUT"]).default("POST"),
    /** `{phone}`, `{text}`, `{key}`, `{link}`, `{time}` and `{secret:NAME}` are filled in, here, in headers and in the body. */
    url: z.string().max(2_000),
    plainHttp: z.boolean().default(false),
    headers: z.record(z.string().max(100), z.string().max(1_000)).default({}),
    body: z.string().max(10_000).optional(),
    secrets: z.record(slug, file).default({}),
    textMaxChars: z.int().min(40).max(1_000).default(300),
    /** When a 2xx means sent: a field of the JSON answer, by its path, has one of these values; or the text holds this. */
    success: z
      .union([
        z.strictObject({
          field: z.string().max(200),
          oneOf: z
            .array(z.union([z.string(), z.number(), z.boolean()]))
            .min(1)
            .max(20),
        }),
        z.strictObject({ contains: z.string().min(1).max(200) }),
      ])
      .optional(),
    /** Values of the same field that mean "later". */
    busy: z
      .array(z.union([z.string(), z.number()]))
      .max(50)
      .default([]),
    perMinute: upTo(perMinute),
  });
const webhook = z.strictObject({
  ...base,
  kind: z.literal("webhook"),
  url: address,
  plainHttp: z.boolean().default(false),
  /** Each file holds `whsec_…`; two while a receiver changes its secret. */
  secretFiles: z.array(file).min(1).max(3),
  perMinute: upTo(6_000),
});
const cap = z.strictObject({
  ...base,
  kind: z.literal("cap"),
  url: address,
  plainHttp: z.boolean().default(false),
  secretFiles: z.array(file).max(3).default([]),
  sender: z.string().regex(/^[^\s,<&]{3,100}$/, "CAP takes no spaces, commas, < or & here"),
  senderName: z.string().min(1).max(200),
  status: z.enum(["Actual", "Test", "Exercise"]),
  restriction: z.string().min(1).max(200).default("county office and those on duty"),
  perMinute: upTo(6_000),
});

const channelSchema = z
  .discriminatedUnion("kind", [
    wecom,
    dingtalk,
    feishu,
    mail,
    gateway("sms", 600),
    gateway("voice", 60),
    webhook,
    cap,
  ])
  .superRefine((channel, context) => {
    const problem = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if ("plainHttp" in channel && !channel.plainHttp && !isEncryptedOrLocal(channel.url))
      problem("url", "write an https:// address, or `plainHttp: true` for a gateway in your own network");
    if (channel.kind === "mail" && channel.tls === "none" && !isLoopback(channel.host))
      problem("tls", "passwords and alerts would go in the clear: write starttls or implicit");
    if (channel.kind === "mail" && (channel.user === undefined) !== (channel.passwordFile === undefined))
      problem("passwordFile", "user and passwordFile go together");
    if ((channel.kind === "sms" || channel.kind === "voice") && /\{/.test(originOf(channel.url)))
      problem("url", "the host must stand there as it is; only path and query may be filled in");
  });

export type ChannelConfig = z.output<typeof channelSchema>;

/** The channels of one file, ids told apart. */
export const channelsSchema = z
  .array(channelSchema)
  .max(CHANNELS_MAX)
  .superRefine((channels, context) => {
    const ids = channels.map(({ id }) => id);
    ids.forEach((id, index) => {
      if (ids.indexOf(id) === index) return;
      context.addIssue({ code: "custom", path: [index, "id"], message: `${id} stands there twice` });
    });
  });

/** Channels in the order in which they are tried; the next one's turn comes when one has failed. */
const chainSchema = z.array(slug).min(1, "write at least one channel").max(8);
/** Chains that go side by side: a group and, beside it, a person's phone. */
export const chainsSchema = z.array(chainSchema).max(CHAINS_MAX);

/** `notify:` of cloud.yaml. Without channels everything waits in the outbox and /alert-path says so. */
export const notifySchema = z
  .strictObject({
    channels: channelsSchema.default([]),
    /** For regions that nobody above has a rota for. */
    fallback: chainsSchema.default([]),
    /** For what is meant for named people. */
    personal: chainsSchema.default([]),
    /** How long the personal link of a message works. */
    acknowledgeWithinMs: z
      .int()
      .min(HOUR_MS)
      .max(30 * 24 * HOUR_MS)
      .default(24 * HOUR_MS),
    /** A message a day through the whole path, to those on duty for `regionPath`. */
    selfTest: z
      .strictObject({
        at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time such as "09:00"'),
        regionPath: regionPathSchema.default(""),
        utcOffsetMin: z.int().min(-720).max(840).default(480),
      })
      .optional(),
  })
  .superRefine(({ channels, fallback, personal }, context) => {
    const known = new Set(channels.map(({ id }) => id));
    for (const [field, chains] of Object.entries({ fallback, personal })) {
      for (const id of chains.flat()) {
        if (known.has(id)) continue;
        context.addIssue({ code: "custom", path: [field], message: `there is no channel ${id}` });
      }
    }
  });

export type NotifyConfig = z.output<typeof notifySchema>;

/** True where no stranger can listen: TLS, or this machine. */
function isEncryptedOrLocal(url: string): boolean {
  const { protocol, hostname } = parsed(url) ?? { protocol: "", hostname: "" };
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

/** `plainHttp` is looked at where the whole channel is known. */
function isSafeAddress(url: string): boolean {
  const { protocol } = parsed(url) ?? {};
  return protocol === "https:" || protocol === "http:";
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}

/** Scheme, host and port of a template, as text. */
function originOf(template: string): string {
  return /^[a-z]+:\/\/[^/?#]*/i.exec(template)?.[0] ?? "{";
}

function parsed(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
