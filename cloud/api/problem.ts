import { messageOf, SealwatchError } from "@sealwatch/platform";
import type { FastifyError, FastifyInstance } from "fastify";
import { z } from "zod";
import { cloudError } from "../errors.ts";
import type { problemSchema } from "./contract.ts";

/** HTTP statuses of our codes; every other expected failure is the server's. */
const STATUS: Readonly<Record<string, number>> = {
  SITE_UNKNOWN: 404,
  GATEWAY_UNKNOWN: 404,
  BASELINE_NOT_READY: 409,
  REQUEST_INVALID: 400,
  SIGN_IN_NEEDED: 401,
  SIGN_IN_REFUSED: 401,
  CODE_NEEDED: 401,
  CODE_WRONG: 401,
  ACCOUNT_LOCKED: 429,
  OPENID_UNAVAILABLE: 502,
  OPENID_REFUSED: 401,
  OPENID_UNKNOWN: 403,
  PASSWORD_CHANGE_NEEDED: 403,
  PASSWORD_WEAK: 422,
  CODE_SET_ALREADY: 409,
  FORBIDDEN: 403,
  NOT_VISIBLE: 404,
  CSRF_REFUSED: 403,
  VERSION_NEEDED: 428,
  CHANGED_MEANWHILE: 412,
  KEY_REUSED: 422,
  MEDIA_TYPE_UNSUPPORTED: 415,
  NAME_TAKEN: 409,
  ID_TAKEN: 409,
  REGION_UNKNOWN: 422,
  REGION_MISPLACED: 422,
  REGIONS_EXHAUSTED: 409,
  SITE_NAME_TAKEN: 409,
  CASE_NOT_CONFIRMED: 409,
  IMPORT_UNREADABLE: 422,
  IMPORT_BAD_CELLS: 422,
  IMPORT_STALE: 409,
  PERMIT_OVER: 409,
  SEAL_NUMBER_TAKEN: 409,
  SEAL_REMOVED: 409,
  SEALS_EXHAUSTED: 409,
  MEASURE_NOT_DONE: 409,
  MEASURE_OWN: 409,
  TOKENS_EXHAUSTED: 409,
  CASE_STATE: 409,
  CLUE_STATE: 409,
  LIST_UNUSABLE: 422,
  VISIT_STATE: 409,
  TEMPLATE_UNKNOWN: 422,
  PERSON_UNFIT: 422,
  PHOTO_UNKNOWN: 422,
  PHOTO_UNUSABLE: 422,
  PHOTOS_EXHAUSTED: 409,
  STREAMS_EXHAUSTED: 503,
  CLAIM_INVALID: 409,
  CLAIMS_EXHAUSTED: 503,
  CSR_INVALID: 400,
  CLAIM_UNKNOWN: 403,
  CLAIM_EXPIRED: 410,
  CLAIM_USED: 409,
  GATEWAY_REVOKED: 403,
  KEY_MISMATCH: 409,
  KEY_TAKEN: 409,
  TOO_MANY_REQUESTS: 429,
  ISSUING_SUSPENDED: 503,
  CHANNEL_UNKNOWN: 404,
};

/** Answers every failure as problem+json (RFC 9457), with `Retry-After` where it is known; what went wrong inside stays in the log. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) request.log.error({ err: error }, "a request failed");
    const seconds = error instanceof SealwatchError ? error.context["seconds"] : undefined;
    if (problem.status === 429 && typeof seconds === "number") reply.header("retry-after", seconds);
    return reply.status(problem.status).type("application/problem+json").send(problem);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply
      .status(404)
      .type("application/problem+json")
      .send(problemOf(404, "NOT_FOUND", "there is nothing at this address")),
  );
}

/** Parses a request's part by its schema. Throws REQUEST_INVALID naming every wrong field. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw cloudError("REQUEST_INVALID", { problems: z.prettifyError(result.error) }, result.error);
}

function toProblem(error: FastifyError) {
  if (error instanceof SealwatchError) {
    return problemOf(STATUS[error.code] ?? 500, error.code, messageOf(error));
  }
  const status = error.statusCode ?? 500;
  return status < 500
    ? problemOf(status, error.code ?? "REQUEST_INVALID", error.message)
    : problemOf(500, "INTERNAL", "something went wrong here; the log has the details");
}

function problemOf(status: number, code: string, detail: string): z.output<typeof problemSchema> {
  return { type: "about:blank", title: code.toLowerCase().replaceAll("_", " "), status, code, detail };
}
