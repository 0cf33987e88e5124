import { createHmac } from "node:crypto";
import type { HttpRequest } from "../http-request.ts";
import { cutToBytes, messageText } from "../message-text.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { firstWords, type HttpAnswer, notItsAnswer, type Reply, readJson, readStatus } from "../reply.ts";

/** Custom bot of Feishu: a body takes at most 20 KB; of that, for the text, before JSON doubles what it escapes. */
const TEXT_MAX_BYTES = 9_000;
/** 11232: frequency limited. 9499 is "too many request", with HTTP 400, and also "Bad Request": its words tell which. */
const FREQUENCY_LIMITED = 11232;
const BAD_OR_TOO_MANY = 9499;
const BLOCKED_MS = 60_000;

/** A message as the bot takes it: a post in Chinese, signed for `nowMs` when it has a secret. Pure. */
export function toRequest(
  message: OutgoingMessage,
  channel: { readonly url: string; readonly token: string; readonly secret: string | null },
  nowMs: number,
): HttpRequest {
  const { title, lines, linkText, reference } = messageText(message);
  const text = cutToBytes(lines.join("\n"), TEXT_MAX_BYTES);
  const content: object[][] = [[{ tag: "text", text }]];
  if (message.link) content.push([{ tag: "a", text: linkText, href: message.link.url }]);
  content.push([{ tag: "text", text: `编号 ${reference}` }]);
  const timestampS = Math.floor(nowMs / 1_000);
  const signed =
    channel.secret === null
      ? {}
      : { timestamp: String(timestampS), sign: feishuSign(timestampS, channel.secret) };
  return {
    method: "POST",
    url: `${channel.url}/${encodeURIComponent(channel.token)}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...signed,
      msg_type: "post",
      content: { post: { zh_cn: { title, content } } },
    }),
  };
}

/** HmacSHA256 with `timestamp\nsecret` as the key over nothing, base64: the other way round than DingTalk's. */
function feishuSign(timestampS: number, secret: string): string {
  return createHmac("sha256", `${timestampS}\n${secret}`).update("").digest("base64");
}

/** What the bot's answer means. Pure. */
export function readReply(answer: HttpAnswer): Reply {
  const { code: number, StatusCode, msg, StatusMessage } = readJson(answer.body) ?? {};
  const result = typeof number === "number" ? number : StatusCode;
  if (typeof result !== "number") return readStatus(answer) ?? notItsAnswer(answer);
  const code = `code ${result}`;
  const why = firstWords(String(msg ?? StatusMessage ?? ""));
  if (result === 0) return readStatus(answer) ?? { kind: "delivered", code };
  const tooMany = result === BAD_OR_TOO_MANY && /too many|frequen|limit/i.test(why);
  if (result === FREQUENCY_LIMITED || tooMany) return { kind: "retry", code, why, blockedMs: BLOCKED_MS };
  if (answer.status >= 500) return { kind: "retry", code, why };
  return { kind: "refused", code, why };
}
