import type { HttpRequest } from "../http-request.ts";
import { cutToBytes, messageText, withoutMarkup } from "../message-text.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { firstWords, type HttpAnswer, notItsAnswer, type Reply, readJson, readStatus } from "../reply.ts";

/** Group robot of WeCom, developer.work.weixin.qq.com/document/path/91770: content of markdown in bytes. */
const MARKDOWN_MAX_BYTES = 4_096;
/** 45009: the limit of 20 a minute was passed, 45033: too many at once; the window ends within a minute. */
const RATE_LIMITED: ReadonlySet<number> = new Set([45009, 45033]);
const BLOCKED_MS = 60_000;
/** "system busy", as everywhere on this platform. */
const BUSY = -1;

/** A message as the robot takes it. Pure. */
export function toRequest(
  message: OutgoingMessage,
  channel: { readonly url: string; readonly key: string },
): HttpRequest {
  const { title, lines, linkText, reference } = messageText(message);
  const link = message.link ? `\n[${linkText}](${message.link.url})` : "";
  const tail = `${link}\n<font color="comment">编号 ${reference}</font>`;
  const head = [`**${withoutMarkup(title)}**`, ...lines.map((line) => `> ${withoutMarkup(line)}`)].join("\n");
  const content = cutToBytes(head, MARKDOWN_MAX_BYTES - Buffer.byteLength(tail)) + tail;
  return {
    method: "POST",
    url: `${channel.url}?key=${encodeURIComponent(channel.key)}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ msgtype: "markdown", markdown: { content } }),
  };
}

/** What the robot's answer means: HTTP 200 says nothing, `errcode` does. Pure. */
export function readReply(answer: HttpAnswer): Reply {
  const refusal = readStatus(answer);
  if (refusal) return refusal;
  const { errcode, errmsg } = readJson(answer.body) ?? {};
  if (typeof errcode !== "number") return notItsAnswer(answer);
  const code = `errcode ${errcode}`;
  const why = firstWords(String(errmsg ?? ""));
  if (errcode === 0) return { kind: "delivered", code };
  if (RATE_LIMITED.has(errcode)) return { kind: "retry", code, why, blockedMs: BLOCKED_MS };
  if (errcode === BUSY) return { kind: "retry", code, why };
  return { kind: "refused", code, why };
}
