import { COMMANDS, gatewayIdSchema, siteIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { ROLES } from "../access/policy.ts";
import { REASON_MAX_CHARS } from "../identity/revocation.ts";
import { regionIdSchema } from "../registry/region-id.ts";

const timeMs = z.number();
/** A file of 1,000 revocations stays far below what one line may hold. */
const REVOCATIONS_MAX_CHARS = 900_000;
/** What an order may carry, signature and framing aside. */
const CONFIG_MAX_CHARS = 200_000;
/** A claim lives at most this long: a code that lies about is a risk. */
const CLAIM_LIFE_MAX_MS = 30 * 86_400_000;

const listedGatewaySchema = z.strictObject({
  id: z.string(),
  site: z.string(),
  publicKey: z.string(),
  certificateNotAfterMs: timeMs.nullable(),
  revokedMs: timeMs.nullable(),
  revokedWhy: z.string().nullable(),
  replacedBy: z.string().nullable(),
  /** Null while the cloud does not run: nobody can be. */
  connected: z.boolean().nullable(),
});
export type ListedGatewayView = z.output<typeof listedGatewaySchema>;

/** How far a long operation is, in rows. */
const progressSchema = z.strictObject({ done: z.int(), total: z.int() });

/** What the admin socket of a cloud can be asked: by operation its parameters, what it streams meanwhile, and its result. */
export const ADMIN_OPERATIONS = {
  "claim-create": {
    asks: z.strictObject({
      site: siteIdSchema.nullable(),
      gateway: gatewayIdSchema.nullable(),
      replaces: gatewayIdSchema.nullable(),
      lifeMs: z.int().min(60_000).max(CLAIM_LIFE_MAX_MS),
    }),
    item: z.never(),
    result: z.strictObject({
      code: z.string(),
      /** `host:port` of the enrolment service. */
      server: z.string(),
      site: z.string(),
      gateway: z.string(),
      expiresMs: timeMs,
    }),
  },
  "gateway-list": { asks: z.strictObject({}), item: listedGatewaySchema, result: z.strictObject({}) },
  "gateway-revoke": {
    asks: z.strictObject({ gateway: gatewayIdSchema, reason: z.string().min(1).max(REASON_MAX_CHARS) }),
    item: z.never(),
    result: z.strictObject({ gateway: z.string(), site: z.string(), revokedMs: timeMs }),
  },
  "evidence-export": {
    asks: z.strictObject({
      site: siteIdSchema,
      fromMs: timeMs,
      toMs: timeMs,
      /** An absolute path that is not there yet, or an empty folder. */
      out: z.string().startsWith("/").max(4096),
    }),
    item: progressSchema,
    result: z.strictObject({
      gateways: z.array(z.strictObject({ id: z.string(), segments: z.int(), receipts: z.int() })),
      files: z.int(),
      bytes: z.int(),
    }),
  },
  backup: {
    asks: z.strictObject({ out: z.string().startsWith("/").max(4096) }),
    item: progressSchema,
    result: z.strictObject({ bytes: z.int(), segments: z.int(), secrets: z.array(z.string()) }),
  },
  "gateway-order": {
    /** config: `text` is a whole gateway configuration, YAML. command: `text` is its name. */
    asks: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("config"),
        gateway: gatewayIdSchema,
        text: z.string().min(1).max(CONFIG_MAX_CHARS),
      }),
      z.strictObject({ kind: z.literal("command"), gateway: gatewayIdSchema, text: z.enum(COMMANDS) }),
    ]),
    item: z.never(),
    result: z.strictObject({ gateway: z.string(), number: z.int() }),
  },
  "user-create": {
    asks: z.strictObject({
      name: z.string().min(2).max(40),
      displayName: z.string().min(1).max(60),
      role: z.enum(ROLES),
      /** Null: the topmost region. */
      region: regionIdSchema.nullable(),
    }),
    item: z.never(),
    result: z.strictObject({ id: z.string(), name: z.string(), region: z.string(), password: z.string() }),
  },
  "audit-verify": {
    asks: z.strictObject({}),
    item: progressSchema,
    result: z.strictObject({
      entries: z.int(),
      head: z.string().nullable(),
      caseEntries: z.int(),
      brokenAt: z.strictObject({ id: z.int(), why: z.string() }).nullable(),
    }),
  },
  "audit-export": {
    asks: z.strictObject({ out: z.string().startsWith("/").max(4096) }),
    item: z.never(),
    result: z.strictObject({ entries: z.int(), head: z.string().nullable() }),
  },
  "revocations-import": {
    /** `name`: what the file is called in messages. */
    asks: z.strictObject({ text: z.string().max(REVOCATIONS_MAX_CHARS), name: z.string().max(4096) }),
    item: z.never(),
    result: z.strictObject({ added: z.int(), revoked: z.int() }),
  },
} as const;
