import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Actor } from "../access/actor.ts";
import type { Permission } from "../access/policy.ts";
import type { AuditedAct } from "../audit/audit-log.ts";
import type { SiteContextEntry } from "../context/context-log.ts";
import type { Database } from "../store/database.ts";

/** `anyone`: before sign-in. `signed-in`: about oneself. Otherwise what the actor must be permitted somewhere in the tree. */
export type RouteGuard = Permission | "anyone" | "signed-in";

/** Bytes that come in, or go out, other than JSON. */
interface Upload {
  readonly types: readonly string[];
  readonly maxBytes: number;
}

/** A request that was let in, its parts parsed. */
export interface Asked<Params = unknown, Query = unknown, Body = unknown> {
  readonly actor: Actor;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The version an edit starts from, out of If-Match; 0 where the route does not edit. */
  readonly version: number;
  readonly nowMs: number;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A request at its handler. */
export interface Call<Params = unknown, Query = unknown, Body = unknown, Prepared = unknown>
  extends Asked<Params, Query, Body> {
  /** What `prepare` found out. */
  readonly prepared: Prepared;
  /** A transaction in everything but GET: what the handler writes stands or falls with its audit entry. */
  readonly db: Database;
  /** Records the act. Everything but GET must, once at least. */
  audit(act: AuditedAct): Promise<void>;
  /** The same for many acts at once, in their order. */
  auditEach(acts: readonly AuditedAct[]): Promise<void>;
  /** Contributes to a site's judgement, in the same transaction. */
  contribute(site: string, entry: SiteContextEntry): Promise<void>;
  /** What must only happen once it is committed: telling a page, waking the dispatcher. */
  afterCommit(act: () => unknown): void;
}

/** Answered by itself: an event stream, or a file with its type. */
export class FileAnswer {
  readonly type: string;
  readonly bytes: Uint8Array | string;
  readonly name: string | null;
  constructor(type: string, bytes: Uint8Array | string, name: string | null = null) {
    this.type = type;
    this.bytes = bytes;
    this.name = name;
  }
}

/** A failure whose traces must stay: a wrong password is counted although nobody comes in. */
export class CommittedFailure {
  readonly error: Error;
  constructor(error: Error) {
    this.error = error;
  }
}

/** The handler answered by itself: an event stream, a redirection. */
export const ANSWERED = Object.freeze({ answered: true as const });

type Answered<Value> = Value | FileAnswer | CommittedFailure | typeof ANSWERED;

interface RouteFacts {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below /api/v1, with parameters in braces: `/sites/{site}`. */
  readonly path: string;
  readonly guard: RouteGuard;
  /** One English sentence for the OpenAPI document. */
  readonly summary: string;
  /** 200 by default. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Takes an Idempotency-Key: the same request again answers the same and creates nothing. */
  readonly creates?: boolean;
  /** Fields of the answer that are secrets: told once, stored nowhere, and null when the same request comes again. */
  readonly tellsOnce?: readonly string[];
  /** Wants If-Match with the version that was read. */
  readonly edits?: boolean;
  readonly upload?: Upload;
  /** Media type of an answer that is not JSON. */
  readonly answerType?: string;
  /** Nothing changes by it, and so nothing is recorded. */
  readonly unaudited?: boolean;
  /** A GET that acts, since a browser comes back by it from somewhere else. */
  readonly acts?: boolean;
}

/** A route as its file writes it. */
export interface RouteDefinition<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  Prepared,
> extends RouteFacts {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer?: Answer;
  /** What takes long, before the transaction: it holds the only connection. */
  prepare?(asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Prepared>;
  handle(
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>, Prepared>,
  ): Promise<Answered<z.input<Answer>>> | Answered<z.input<Answer>>;
}

/** A route in the table: server, OpenAPI document and tests are made from it. */
export interface Route extends RouteFacts {
  readonly params: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType | null;
  prepare(asked: Asked): Promise<unknown>;
  handle(call: Call): Promise<unknown>;
}

/** Puts a route into the form of the table. */
export function defineRoute<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
  Prepared = undefined,
>(definition: RouteDefinition<Params, Query, Body, Answer, Prepared>): Route {
  const { params = null, query = null, body = null, answer = null } = definition;
  return {
    ...definition,
    params,
    query,
    body,
    answer,
    // The server parses each part by the schema that stands beside these two.
    prepare: async (asked) =>
      definition.prepare?.(asked as Asked<z.output<Params>, z.output<Query>, z.output<Body>>),
    handle: async (call) => definition.handle(call as Parameters<typeof definition.handle>[0]),
  };
}
