import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { ConnectionOptions } from "node:tls";
import { messageOf } from "@sealwatch/platform";
import {
  type ClaimRequest,
  caPinOf,
  ENROLMENT_MAX_BYTES,
  type Enrolment,
  enrolmentSchema,
  type RenewRequest,
} from "@sealwatch/protocols";
import { z } from "zod";
import { gatewayError } from "../errors.ts";
import { type ServerAddress, serverText } from "./claim-offer.ts";

const ANSWER_TIMEOUT_MS = 20_000;
const TOO_MANY_REQUESTS = 429;

const problemSchema = z.object({
  code: z.string().max(64).optional(),
  title: z.string().max(500).optional(),
  detail: z.string().max(1_000).optional(),
});

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly tls: Pick<ConnectionOptions, "ca" | "rejectUnauthorized" | "minVersion">;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * The county's CA certificate, PEM. The one exchange with a server that is not authenticated yet: it tells nothing, and what it brings counts
 * only when the pin from the claim code fits. Throws ENROLMENT_UNREACHABLE, CA_PIN_MISMATCH or ENROLMENT_ANSWER_INVALID.
 */
export async function fetchPinnedCa(
  server: ServerAddress,
  caPin: string,
  signal: AbortSignal,
): Promise<string> {
  const tls = { rejectUnauthorized: false };
  const { status, body } = await ask(server, { method: "GET", path: "/enrol/v1/ca", tls }, signal);
  if (status !== 200) throw invalid(server, `answers ${status} when asked for its CA`);
  let ca: X509Certificate;
  try {
    ca = new X509Certificate(body);
  } catch (cause) {
    throw invalid(server, "sent no certificate when asked for its CA", cause);
  }
  if (caPinOf(ca.raw) !== caPin) throw gatewayError("CA_PIN_MISMATCH", { server: serverText(server) });
  return ca.toString();
}

/** Claims a place for this gateway. Throws ENROLMENT_UNREACHABLE, ENROLMENT_REFUSED or ENROLMENT_ANSWER_INVALID. */
export function claim(
  server: ServerAddress,
  ca: string,
  body: ClaimRequest,
  signal: AbortSignal,
): Promise<Enrolment> {
  return enrolmentFrom(server, ca, "/enrol/v1/claim", body, signal);
}

/** Asks for the next certificate. Throws as `claim` does. */
export function renew(
  server: ServerAddress,
  ca: string,
  body: RenewRequest,
  signal: AbortSignal,
): Promise<Enrolment> {
  return enrolmentFrom(server, ca, "/enrol/v1/renew", body, signal);
}

async function enrolmentFrom(
  server: ServerAddress,
  ca: string,
  path: string,
  message: object,
  signal: AbortSignal,
): Promise<Enrolment> {
  const tls = { ca, rejectUnauthorized: true, minVersion: "TLSv1.3" } as const;
  const question = { method: "POST", path, body: JSON.stringify(message), tls } as const;
  const { status, body } = await ask(server, question, signal);
  if (status !== 200 && status !== 201) throw refusal(server, status, body);
  try {
    return enrolmentSchema.parse(JSON.parse(body.toString("utf8")));
  } catch (cause) {
    throw invalid(server, "answered something that is no enrolment", cause);
  }
}

function ask(server: ServerAddress, question: Question, signal: AbortSignal): Promise<Answer> {
  const { method, path, body, tls } = question;
  const unreachable = (cause: unknown) =>
    gatewayError("ENROLMENT_UNREACHABLE", { server: serverText(server), why: whyOf(cause) }, cause);
  return new Promise((resolve, reject) => {
    const options = {
      host: server.host,
      port: server.port,
      method,
      path,
      agent: false as const,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      headers: body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {},
      ...tls,
    };
    const asked = request(options, (response) => {
      readAll(response).then(
        (read) => resolve({ status: response.statusCode ?? 0, body: read }),
        (cause) => reject(unreachable(cause)),
      );
    });
    asked.once("error", (cause) => reject(unreachable(cause)));
    asked.end(body);
  });
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > ENROLMENT_MAX_BYTES) {
      response.destroy();
      throw new Error(`the answer is larger than ${ENROLMENT_MAX_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refusal(server: ServerAddress, status: number, body: Buffer) {
  let said: z.output<typeof problemSchema> = {};
  try {
    said = problemSchema.parse(JSON.parse(body.toString("utf8")));
  } catch {
    // No problem+json: the status alone has to say it.
  }
  const why = said.detail ?? said.title ?? `status ${status}`;
  const code = status === TOO_MANY_REQUESTS || status >= 500 ? "ENROLMENT_BUSY" : "ENROLMENT_REFUSED";
  return gatewayError(code, { server: serverText(server), why });
}

function invalid(server: ServerAddress, why: string, cause?: unknown) {
  return gatewayError("ENROLMENT_ANSWER_INVALID", { server: serverText(server), why }, cause);
}

function whyOf(cause: unknown): string {
  const { code, name } = cause as NodeJS.ErrnoException;
  if (name === "TimeoutError" || name === "AbortError")
    return `no answer within ${ANSWER_TIMEOUT_MS / 1000} s`;
  return code && !messageOf(cause).includes(code) ? `${code}: ${messageOf(cause)}` : messageOf(cause);
}
