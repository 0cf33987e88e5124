import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { type Actor, reach } from "../access/actor.ts";
import { type Identified, identify } from "../access/identify.ts";
import { type AuditedAct, appendAudits } from "../audit/audit-log.ts";
import { storeDueContext } from "../context/due-context.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { API_PREFIX } from "./contract.ts";
import { keepAnswer, keptAnswer, requestHash } from "./idempotency.ts";
import { parseRequest } from "./problem.ts";
import { ANSWERED, type Asked, CommittedFailure, FileAnswer, type Route } from "./route.ts";
import { SESSION_COOKIE } from "./session-cookie.ts";

/** Nobody in particular: what `anyone` routes see before sign-in. */
const NOBODY: Actor = {
  id: "nobody",
  name: "nobody",
  via: "open",
  grants: [],
  scope: null,
  mustChangePassword: false,
};
const KEY_PATTERN = /^[\x21-\x7e]{8,100}$/;

/** What was asked, and what was prepared for it. */
type Parts = Asked & { readonly prepared: unknown };

interface Outcome {
  readonly status: number;
  readonly answer: unknown;
  readonly afterCommit: readonly (() => unknown)[];
  readonly contributed: boolean;
}

/** Puts a route of the table under its address: who asks, what is parsed, one transaction, what follows. */
export function serveRoute(app: FastifyInstance, route: Route, deps: ApiDependencies): void {
  app.route({
    method: route.method,
    url: API_PREFIX + route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    ...(route.upload ? { bodyLimit: route.upload.maxBytes } : {}),
    handler: async (request, reply) => {
      const { actor, session } = await admit(route, request, deps);
      const limit = deps.limits.take(route, actor.id === NOBODY.id ? request.ip : actor.id, request.ip);
      if (limit > 0) throw cloudError("TOO_MANY_REQUESTS", { seconds: Math.ceil(limit / 1000) });
      deps.sessions.set(request, session);
      const asked = { ...parseParts(route, request), actor, nowMs: deps.clock.wallMs(), request, reply };
      const parts = { ...asked, prepared: await route.prepare(asked) };
      const reads = route.method === "GET" && route.acts !== true;
      const outcome = reads ? await read(route, parts, deps) : await act(route, parts, deps);
      if (outcome.contributed) await deps.pipeline.takeDueContext();
      for (const after of outcome.afterCommit) await after();
      return send(reply, outcome);
    },
  });
}

/** Lets a request in, or throws SIGN_IN_NEEDED, PASSWORD_CHANGE_NEEDED, FORBIDDEN or CSRF_REFUSED. */
async function admit(
  { guard, method }: Route,
  request: FastifyRequest,
  deps: ApiDependencies,
): Promise<Identified> {
  const shown = {
    headers: request.headers,
    cookie: request.cookies[SESSION_COOKIE],
    unsafe: method !== "GET",
  };
  const open = deps.openActor;
  const found =
    (await identify(deps.db, shown, deps.clock.wallMs())) ?? (open ? { actor: open, session: null } : null);
  if (guard === "anyone") return found ?? { actor: NOBODY, session: null };
  if (!found) throw cloudError("SIGN_IN_NEEDED");
  if (guard === "signed-in") return found;
  if (found.actor.mustChangePassword) throw cloudError("PASSWORD_CHANGE_NEEDED");
  if (reach(found.actor, guard).length === 0) throw cloudError("FORBIDDEN", { permission: guard });
  return found;
}

function parseParts(
  route: Route,
  request: FastifyRequest,
): Pick<Asked, "params" | "query" | "body" | "version"> {
  const parse = (schema: z.ZodType | null, value: unknown) =>
    schema ? parseRequest(schema, value) : undefined;
  if (route.upload && !Buffer.isBuffer(request.body)) {
    throw cloudError("MEDIA_TYPE_UNSUPPORTED", { types: route.upload.types.join(", ") });
  }
  return {
    params: parse(route.params, request.params),
    query: parse(route.query, request.query),
    body: route.upload ? request.body : parse(route.body, request.body ?? {}),
    version: route.edits ? versionOf(request.headers["if-match"]) : 0,
  };
}

/** The version in `If-Match: "v3"` (RFC 9110 §13.1.1). Throws VERSION_NEEDED. */
function versionOf(header: string | undefined): number {
  const [, version] = /^"v(\d{1,9})"$/.exec(header ?? "") ?? [];
  if (version === undefined) throw cloudError("VERSION_NEEDED");
  return Number(version);
}

async function read(route: Route, parts: Parts, { db }: ApiDependencies): Promise<Outcome> {
  const answer = await route.handle({
    ...parts,
    db,
    audit: refuseToWrite,
    auditEach: refuseToWrite,
    contribute: refuseToWrite,
    afterCommit: refuseToWrite,
  });
  return { status: route.status ?? 200, answer, afterCommit: [], contributed: false };
}

function refuseToWrite(): never {
  throw new Error("a GET changes nothing");
}

async function act(route: Route, parts: Parts, deps: ApiDependencies): Promise<Outcome> {
  const { request, actor } = parts;
  const key = route.creates ? request.headers["idempotency-key"]?.toString() : undefined;
  if (key !== undefined && !KEY_PATTERN.test(key)) {
    throw cloudError("REQUEST_INVALID", { problems: "Idempotency-Key: write 8 to 100 printable characters" });
  }
  const place = key !== undefined && {
    actor: actor.id,
    key,
    hash: requestHash(request.method, request.url, request.body),
  };
  return deps.db.transaction().execute(async (tx) => {
    const kept = place ? await keptAnswer(tx, place.actor, place.key, place.hash) : null;
    if (kept) return { ...kept, afterCommit: [], contributed: false };
    const outcome = await handleIn(tx, route, parts);
    const { status, answer } = outcome;
    if (place && !(answer instanceof CommittedFailure)) {
      await keepAnswer(tx, place, { status, answer: withoutSecrets(route, answer) }, parts.nowMs);
    }
    return outcome;
  });
}

/** What may be kept of an answer. */
function withoutSecrets({ tellsOnce = [] }: Route, answer: unknown): unknown {
  if (tellsOnce.length === 0 || typeof answer !== "object" || answer === null) return answer;
  return { ...answer, ...Object.fromEntries(tellsOnce.map((field) => [field, null])) };
}

async function handleIn(tx: Database, route: Route, parts: Parts): Promise<Outcome> {
  const afterCommit: (() => unknown)[] = [];
  let audited = route.unaudited === true;
  let contributed = false;
  const auditEach = async (acts: readonly AuditedAct[]): Promise<void> => {
    audited ||= acts.length > 0;
    await appendAudits(tx, parts.actor, acts, parts.nowMs);
  };
  const answer = await route.handle({
    ...parts,
    db: tx,
    audit: (act) => auditEach([act]),
    auditEach,
    contribute: async (site, entry) => {
      contributed = true;
      await storeDueContext(tx, site, entry);
    },
    afterCommit: (after) => afterCommit.push(after),
  });
  if (!audited) throw new Error(`${route.method} ${route.path} recorded no act`);
  return { status: route.status ?? 200, answer, afterCommit, contributed };
}

function send(reply: FastifyReply, { status, answer }: Outcome): unknown {
  if (answer === ANSWERED) return reply;
  if (answer instanceof CommittedFailure) throw answer.error;
  if (answer instanceof FileAnswer) {
    reply.type(answer.type);
    if (answer.name !== null) {
      reply.header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(answer.name)}`);
    }
    return reply.send(typeof answer.bytes === "string" ? answer.bytes : Buffer.from(answer.bytes));
  }
  if (hasVersion(answer)) reply.header("etag", `"v${answer.version}"`);
  return status === 204 ? reply.status(204).send() : reply.status(status).send(answer);
}

function hasVersion(answer: unknown): answer is { version: number } {
  return (
    typeof answer === "object" && answer !== null && "version" in answer && typeof answer.version === "number"
  );
}
