/** What became of one attempt. `code` and `why` come from the other side and go into the delivery record. */
export type Reply =
  | { readonly kind: "delivered"; readonly code: string }
  /** It may work later. `blockedMs`: nothing may be sent through this channel that long. */
  | { readonly kind: "retry"; readonly code: string; readonly why: string; readonly blockedMs?: number }
  /** It will not work until a person mends something: the next channel's turn. */
  | { readonly kind: "refused"; readonly code: string; readonly why: string };

/** An answer as it came over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  /** Seconds, from Retry-After; null when it says nothing usable. */
  readonly retryAfterS: number | null;
  readonly body: string;
}

const WHY_MAX_CHARS = 200;
/** What an answer may ask for at most. */
const BLOCKED_MAX_S = 3_600;

/** What the status alone says: 2xx is left to the body (null). */
export function readStatus({ status, retryAfterS, body }: HttpAnswer): Reply | null {
  const code = `HTTP ${status}`;
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return { kind: "refused", code, why: "it sends us elsewhere; write the final address" };
  const why = firstWords(body);
  const blocked = retryAfterS === null ? {} : { blockedMs: Math.min(retryAfterS, BLOCKED_MAX_S) * 1_000 };
  if (status === 429 || status === 408 || status === 425 || status >= 500)
    return { kind: "retry", code, why, ...blocked };
  return { kind: "refused", code, why };
}

/** The JSON object of a body, or null. */
export function readJson(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A 2xx whose body is not what this service answers: some proxy's page, so not delivered. */
export function notItsAnswer({ status, body }: HttpAnswer): Reply {
  return { kind: "retry", code: `HTTP ${status}`, why: `no answer of this service: ${firstWords(body)}` };
}

/** As much of a text as a record keeps, in one line. */
export function firstWords(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, WHY_MAX_CHARS);
}
