import { createHmac } from "node:crypto";
import type { HttpRequest } from "../http-request.ts";
import { cutToBytes, messageText, withoutMarkup } from "../message-text.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { firstWords, type HttpAnswer, notItsAnswer, type Reply, readJson, readStatus } from "../reply.ts";

/** Custom robot of DingTalk: "message too long, exceed 20000 bytes". */
const TEXT_MAX_BYTES = 18_000;
/** "send too fast, exceed 20 times per minute", in its old and its new code: then it takes nothing for ten minutes. */
const RATE_LIMITED: ReadonlySet<number> = new Set([130101, 410100]);
const BLOCKED_MS = 600_000;
const BUSY = -1;
/** 310000 means three things; its words tell which: keywords not in content, sign not match, ip … not in whitelist. */
const NOT_SAFE = 310000;
/** The front of DingTalk asks for a pause with {status: 1111, wait: seconds, punish: "deny"}. */
const DENIED = 1111;

/** A message as the robot takes it, signed for `nowMs` when it has a secret. Pure. */
export function toRequest(
  message: OutgoingMessage,
  channel: { url: string; token: string; secret: string | null; keyword: string },
  nowMs: number,
): HttpRequest {
  const { title, lines, linkText, reference } = messageText(message);
  const safe = [`### ${withoutMarkup(title)}`, ...lines.map((line) => `> ${withoutMarkup(line)}`)];
  const link = message.link ? `\n\n[${linkText}](${message.link.url})` : "";
  const tail = `${link}\n\n编号 ${reference} ${channel.keyword}`.trimEnd();
  const text = cutToBytes(safe.join("\n\n"), TEXT_MAX_BYTES - Buffer.byteLength(tail)) + tail;
  return {
    method: "POST",
    url: `${channel.url}?${query(channel, nowMs)}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ msgtype: "markdown", markdown: { title, text }, msgUuid: message.key }),
  };
}

/** HmacSHA256(secret, `timestamp\nsecret`), base64, as 加签 wants it. */
function dingtalkSign(timestampMs: number, secret: string): string {
  return createHmac("sha256", secret).update(`${timestampMs}\n${secret}`).digest("base64");
}

function query({ token, secret }: { token: string; secret: string | null }, nowMs: number): string {
  const parameters = new URLSearchParams({ access_token: token });
  if (secret === null) return parameters.toString();
  parameters.set("timestamp", String(nowMs));
  parameters.set("sign", dingtalkSign(nowMs, secret));
  return parameters.toString();
}

/** What the robot's answer means: errors come with HTTP 200 too. Pure. */
export function readReply(answer: HttpAnswer): Reply {
  const refusal = readStatus(answer);
  if (refusal) return refusal;
  const { errcode, errmsg, status, wait } = readJson(answer.body) ?? {};
  if (status === DENIED)
    return { kind: "retry", code: `status ${DENIED}`, why: "denied for a while", blockedMs: secondsMs(wait) };
  if (typeof errcode !== "number") return notItsAnswer(answer);
  const code = `errcode ${errcode}`;
  const why = firstWords(String(errmsg ?? ""));
  if (errcode === 0) return { kind: "delivered", code };
  if (RATE_LIMITED.has(errcode)) return { kind: "retry", code, why, blockedMs: BLOCKED_MS };
  if (errcode === BUSY) return { kind: "retry", code, why };
  const named = errcode === NOT_SAFE ? `${why} (keyword, signature or address: see docs/notify.md)` : why;
  return { kind: "refused", code, why: named };
}

function secondsMs(wait: unknown): number {
  return typeof wait === "number" && wait > 0 && wait < 600 ? wait * 1_000 : 60_000;
}
