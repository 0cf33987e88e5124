import { type Clock, sleepMs } from "@sealwatch/platform";
import type { HttpAnswer, Reply } from "./reply.ts";

/** One HTTP request as a value. */
export interface HttpRequest {
  readonly method: "POST" | "GET" | "PUT";
  /** May hold a key: never logged. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Of an answer no more than this is read. */
const ANSWER_MAX_BYTES = 64 * 1024;

/** Sends it, follows no redirect, reads a bounded answer. What never reached an answer is a reply to try again on. */
export async function sendRequest(
  request: HttpRequest,
  timeoutMs: number,
  clock: Clock,
): Promise<{ readonly answer: HttpAnswer } | { readonly failed: Reply }> {
  const abort = new AbortController();
  const done = new AbortController();
  void sleepMs(clock, timeoutMs, done.signal).then(() => abort.abort());
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: abort.signal,
    });
    const body = await readBounded(response);
    return { answer: { status: response.status, retryAfterS: retryAfter(response), body } };
  } catch (error) {
    if (abort.signal.aborted) return { failed: unanswered(`no answer in ${timeoutMs} ms`) };
    return { failed: unanswered(connectionFault(error)) };
  } finally {
    done.abort();
  }
}

function unanswered(why: string): Reply {
  return { kind: "retry", code: "UNANSWERED", why };
}

/** The cause's code only: fetch's own words may hold the address and its key. */
function connectionFault(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "connection failed";
}

function retryAfter({ headers }: Response): number | null {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

async function readBounded({ body }: Response): Promise<string> {
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    chunks.push(chunk);
    if (bytes > ANSWER_MAX_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_MAX_BYTES).toString("utf8");
}
