import { createHmac } from "node:crypto";
import type { HttpRequest } from "../http-request.ts";
import { messageLevel, type OutgoingMessage } from "../outgoing-message.ts";
import { type HttpAnswer, type Reply, readStatus } from "../reply.ts";

/** Secrets that sign side by side while a receiver changes from one to the next. */
export type WebhookSecrets = readonly [string, ...string[]];

/** A message as JSON with the signature of Standard Webhooks (standardwebhooks.com, symmetric `v1`). Pure. */
export function toRequest(
  message: OutgoingMessage,
  channel: { readonly url: string; readonly secrets: WebhookSecrets },
  nowMs: number,
): HttpRequest {
  const { notifications, link } = message;
  const [first] = notifications;
  const body = JSON.stringify({
    type: notifications.length > 1 ? "digest" : first.kind,
    timestamp: new Date(first.raisedMs).toISOString(),
    data: { level: messageLevel(message), notifications, link: link?.url ?? null },
  });
  return signedPost(channel, message.key, body, "application/json", nowMs);
}

/** A POST that carries `webhook-id`, `webhook-timestamp` and one signature a secret. Pure. */
export function signedPost(
  { url, secrets }: { readonly url: string; readonly secrets: readonly string[] },
  key: string,
  body: string,
  contentType: string,
  nowMs: number,
): HttpRequest {
  // Headers take ASCII; a dot would blur where the id ends in what is signed.
  const id = encodeURI(key).replaceAll(".", "%2E");
  const timestampS = Math.floor(nowMs / 1_000);
  const signatures = secrets.map((secret) => `v1,${signature(secret, `${id}.${timestampS}.${body}`)}`);
  return {
    method: "POST",
    url,
    headers: {
      "content-type": contentType,
      "webhook-id": id,
      "webhook-timestamp": String(timestampS),
      ...(signatures.length > 0 ? { "webhook-signature": signatures.join(" ") } : {}),
    },
    body,
  };
}

/** Any 2xx is received; 410 Gone says that the receiver wants no more. Pure. */
export function readReply(answer: HttpAnswer): Reply {
  return readStatus(answer) ?? { kind: "delivered", code: `HTTP ${answer.status}` };
}

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(content).digest("base64");
}
