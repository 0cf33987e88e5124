import { z } from "zod";
import { type Actor, may, reach, requireAt } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import {
  CLUE_KINDS,
  CLUE_OUTCOMES,
  CLUE_STATES,
  type Clue,
  changeClue,
  fingerprintOf,
  listClues,
  matchableSites,
  readClue,
  receiveClue,
  reporterOf,
} from "../../clues/clue-book.ts";
import { LIST_MAX_BYTES, readClueList } from "../../clues/clue-list.ts";
import { siteMatcher } from "../../clues/match-site.ts";
import { cloudError } from "../../errors.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import type { Database } from "../../store/database.ts";
import { fitPeople } from "../../visits/visit-book.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { type Call, defineRoute, type Route } from "../route.ts";
import { regionFor } from "./case-deadlines.ts";
import { placeOf } from "./cases.ts";

const params = z.object({ clue: z.string().max(40) });
const line = z.string().trim().max(200);
const text = z.string().trim().max(2_000);
const clueSchema = z.object({
  ...{ id: z.string(), kind: z.enum(CLUE_KINDS), state: z.enum(CLUE_STATES) },
  ...{ region: z.string(), regionPath: z.string(), site: z.string().nullable() },
  ...{ name: z.string(), address: z.string(), account: z.string(), text: z.string() },
  ...{ receivedMs: z.number(), receivedBy: z.string(), assignees: z.array(z.string()), found: z.string() },
  ...{ outcome: z.enum(CLUE_OUTCOMES).nullable(), outcomeText: z.string() },
  ...{ rewardYuan: z.number().nullable(), version: z.number() },
});
const matchSchema = z.object({
  ...{ site: z.string(), score: z.number() },
  by: z.enum(["account", "name", "address", "name-and-address"]),
});
const newClueSchema = z.strictObject({
  kind: z.enum(CLUE_KINDS),
  region: regionIdSchema,
  ...{ name: line.default(""), address: line.default(""), account: line.default(""), text: text.default("") },
  reporter: z
    .strictObject({ name: line.default(""), phone: z.string().trim().max(40).default("") })
    .nullable()
    .default(null)
    .describe("kept apart, and never shown but by POST /clues/{clue}/reporter"),
});

/** Clues: received → assigned → checked → concluded. Who reported is protected. */
export function clueRoutes(): Route[] {
  return [list, read, receive, match, assign, check, conclude, revealReporter, importList];
}

async function clueFor(db: Database, actor: Actor, id: string, permission: Permission): Promise<Clue> {
  const clue = await readClue(db, id);
  requireAt(actor, permission, clue.regionPath, "clue.read");
  return clue;
}

const view = (clue: Clue) => ({ ...clue, assignees: [...clue.assignees] });

function auditClue({ audit }: Pick<Call, "audit">, action: string, clue: Clue, detail = {}): Promise<void> {
  return audit({ action: `clue.${action}`, subject: `clue:${clue.id}`, regionPath: clue.regionPath, detail });
}

const list = defineRoute({
  method: "GET",
  path: "/clues",
  guard: "clue.read",
  summary: "The clues of one's part of the tree, newest first.",
  query: z.object({
    ...pageQuery,
    kind: z.enum(CLUE_KINDS).optional(),
    state: z.enum(CLUE_STATES).optional(),
  }),
  answer: pageOf(clueSchema),
  handle: async ({ db, actor, query: { kind, state, after, limit } }) => {
    const filter = { regions: reach(actor, "clue.read"), ...(kind && { kind }), ...(state && { state }) };
    const rows = await listClues(db, filter, { before: placeOf(after), limit: limit + 1 });
    return toPage(
      rows,
      limit,
      ({ ord }) => String(ord),
      ({ clue }) => view(clue),
    );
  },
});

const read = defineRoute({
  method: "GET",
  path: "/clues/{clue}",
  guard: "clue.read",
  summary: "One clue, and the sites that it may mean.",
  params,
  answer: clueSchema.extend({ matches: z.array(matchSchema) }),
  handle: async ({ db, actor, params: { clue: id } }) => {
    const clue = await clueFor(db, actor, id, "clue.read");
    const matches = siteMatcher(await matchableSites(db, reach(actor, "site.read")))(clue);
    return { ...view(clue), matches };
  },
});

const receive = defineRoute({
  method: "POST",
  path: "/clues",
  guard: "clue.receive",
  summary: "Enter a clue; who reported it is stored apart and not in the answer.",
  status: 201,
  creates: true,
  body: newClueSchema,
  answer: clueSchema,
  handle: async (call) => {
    const { db, actor, body, nowMs } = call;
    const region = await regionFor(db, actor, body.region, "clue.receive");
    const clue = await receiveClue(db, { ...body, regionPath: region.path }, actor, nowMs);
    await auditClue(call, "receive", clue, { kind: clue.kind, reporter: body.reporter !== null });
    return view(clue);
  },
});

const match = defineRoute({
  method: "POST",
  path: "/clues/{clue}/match",
  guard: "clue.handle",
  summary: "Say which site of the register a clue means; null: none.",
  edits: true,
  params,
  body: z.strictObject({ site: z.string().max(64).nullable() }),
  answer: clueSchema,
  handle: async (call) => {
    const { db, actor, body, version } = call;
    const clue = await clueFor(db, actor, call.params.clue, "clue.handle");
    if (body.site !== null) {
      const site = await db
        .selectFrom("site")
        .select("region_path")
        .where("id", "=", body.site)
        .executeTakeFirst();
      if (!site) throw cloudError("NOT_VISIBLE");
      requireAt(actor, "site.read", site.region_path);
    }
    const changed = await changeClue(db, { id: clue.id, version }, { site: body.site });
    await auditClue(call, "match", changed, { site: body.site });
    return view(changed);
  },
});

const assign = defineRoute({
  method: "POST",
  path: "/clues/{clue}/assign",
  guard: "clue.handle",
  summary: "Say who looks after a clue.",
  edits: true,
  params,
  body: z.strictObject({ persons: z.array(z.string().min(1).max(40)).min(1).max(20) }),
  answer: clueSchema,
  handle: async (call) => {
    const { db, actor, body, version } = call;
    const clue = await clueFor(db, actor, call.params.clue, "clue.handle");
    if (clue.state === "concluded") throw cloudError("CLUE_STATE", { clue: clue.id, why: "it is concluded" });
    await fitPeople(db, body.persons, clue.regionPath);
    const values = { state: "assigned" as const, assignees: [...new Set(body.persons)].join(",") };
    const changed = await changeClue(db, { id: clue.id, version }, values);
    await auditClue(call, "assign", changed, { persons: body.persons });
    return view(changed);
  },
});

const check = defineRoute({
  method: "POST",
  path: "/clues/{clue}/check",
  guard: "clue.receive",
  summary: "Write what was found; by those who look after it.",
  edits: true,
  params,
  body: z.strictObject({ found: text.min(1, "write what was found") }),
  answer: clueSchema,
  handle: async (call) => {
    const { db, actor, body, version } = call;
    const clue = await clueFor(db, actor, call.params.clue, "clue.receive");
    if (!clue.assignees.includes(actor.id) && !may(actor, "clue.handle", clue.regionPath)) {
      throw cloudError("FORBIDDEN", { permission: "clue.handle" });
    }
    if (clue.state !== "assigned" && clue.state !== "checked") {
      throw cloudError("CLUE_STATE", { clue: clue.id, why: `it is ${clue.state}` });
    }
    const changed = await changeClue(db, { id: clue.id, version }, { state: "checked", found: body.found });
    await auditClue(call, "check", changed, { found: body.found });
    return view(changed);
  },
});

const conclude = defineRoute({
  method: "POST",
  path: "/clues/{clue}/conclude",
  guard: "clue.handle",
  summary: "Conclude a clue that was checked, with the reward that was paid, if any.",
  edits: true,
  params,
  body: z.strictObject({
    outcome: z.enum(CLUE_OUTCOMES),
    text: text.default(""),
    rewardYuan: z.number().min(0).max(1_000_000).nullable().default(null),
  }),
  answer: clueSchema,
  handle: async (call) => {
    const { db, actor, body, version } = call;
    const clue = await clueFor(db, actor, call.params.clue, "clue.handle");
    if (clue.state !== "checked")
      throw cloudError("CLUE_STATE", { clue: clue.id, why: `it is ${clue.state}` });
    const { outcome, text: outcome_text, rewardYuan: reward_yuan } = body;
    const values = { state: "concluded" as const, outcome, outcome_text, reward_yuan };
    const changed = await changeClue(db, { id: clue.id, version }, values);
    await auditClue(call, "conclude", changed, { ...body });
    return view(changed);
  },
});

const revealReporter = defineRoute({
  method: "POST",
  path: "/clues/{clue}/reporter",
  guard: "clue.reporter",
  summary: "Who reported a clue. Whoever asks, and why, is in the audit log; the answer is nowhere else.",
  params,
  body: z.strictObject({ reason: z.string().trim().min(1, "write why you must know").max(300) }),
  answer: z.object({ reporter: z.object({ name: z.string(), phone: z.string() }).nullable() }),
  handle: async (call) => {
    const clue = await clueFor(call.db, call.actor, call.params.clue, "clue.reporter");
    await auditClue(call, "reporter", clue, { reason: call.body.reason });
    return { reporter: await reporterOf(call.db, clue.id) };
  },
});

const importedSchema = z.object({
  applied: z.boolean(),
  entered: z.number(),
  rows: z.array(
    z.object({
      line: z.number(),
      name: z.string(),
      address: z.string(),
      account: z.string(),
      problem: z.string().nullable(),
      /** It is there already. */
      known: z.boolean(),
      matches: z.array(matchSchema),
    }),
  ),
});

const importList = defineRoute({
  method: "POST",
  path: "/clues/import",
  guard: "clue.handle",
  summary:
    "Read a list as CSV (名称, 地址, 户号, 备注): a preview, or with apply=true every row or none; the same list again enters nothing.",
  upload: { types: ["text/csv"], maxBytes: LIST_MAX_BYTES },
  query: z.object({
    kind: z.enum(["power-list", "market-list", "vehicle"]),
    region: regionIdSchema,
    apply: z.enum(["true", "false"]).default("false"),
  }),
  answer: importedSchema,
  handle: async (call) => {
    const { db, actor, query, nowMs } = call;
    const region = await regionFor(db, actor, query.region, "clue.handle");
    const listed = readClueList(new Uint8Array(call.body as unknown as Buffer));
    const matchesOf = siteMatcher(await matchableSites(db, [region.path]));
    const rows = [];
    const seen = new Set<string>();
    for (const row of listed) {
      const print = fingerprintOf({ ...row, kind: query.kind, region: region.id, regionPath: region.path });
      const known = seen.has(print) || (await isKnown(db, print));
      seen.add(print);
      rows.push({ ...row, known, matches: matchesOf(row) });
    }
    const applied = query.apply === "true" && rows.every(({ problem }) => problem === null);
    const fresh = applied ? rows.filter(({ known }) => !known) : [];
    for (const { name, address, account, text: said } of fresh) {
      const clue = { kind: query.kind, region: region.id, regionPath: region.path, reporter: null };
      await receiveClue(db, { ...clue, name, address, account, text: said }, actor, nowMs);
    }
    const detail = { kind: query.kind, rows: rows.length, entered: fresh.length, applied };
    await call.audit({
      action: "clue.import",
      subject: `region:${region.id}`,
      regionPath: region.path,
      detail,
    });
    return { applied, entered: fresh.length, rows: rows.map(({ text: _said, ...row }) => row) };
  },
});

async function isKnown(db: Database, fingerprint: string): Promise<boolean> {
  const row = await db
    .selectFrom("clue")
    .select("ord")
    .where("fingerprint", "=", fingerprint)
    .executeTakeFirst();
  return row !== undefined;
}
