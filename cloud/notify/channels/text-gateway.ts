import { escapeMarkup } from "@sealwatch/platform";
import type { HttpRequest } from "../http-request.ts";
import { spokenText } from "../message-text.ts";
import type { ChannelConfig } from "../notify-config.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { firstWords, type HttpAnswer, notItsAnswer, type Reply, readJson, readStatus } from "../reply.ts";

export type TextGatewayConfig = Extract<ChannelConfig, { kind: "sms" | "voice" }>;

type Encode = (value: string) => string;

/** A message for one phone, by the template that the configuration gives. A voice carries no link. Pure. */
export function toRequest(
  message: OutgoingMessage,
  config: TextGatewayConfig,
  secrets: ReadonlyMap<string, string>,
  nowMs: number,
): HttpRequest {
  const link = config.kind === "sms" ? (message.link?.url ?? "") : "";
  const room = config.textMaxChars - (link === "" ? 0 : link.length + 1);
  const text = spokenText(message).slice(0, Math.max(room, 0));
  const values = new Map([
    ["phone", message.address ?? ""],
    ["text", link === "" ? text : `${text} ${link}`],
    ["key", message.key],
    ["link", link],
    ["time", String(nowMs)],
    ...[...secrets].map(([name, value]): [string, string] => [`secret:${name}`, value]),
  ]);
  const headers = Object.entries(config.headers).map(([name, value]) => [
    name.toLowerCase(),
    fillIn(value, values, headerSafe),
  ]);
  const type = Object.fromEntries(headers)["content-type"] ?? "application/json";
  return {
    method: config.method,
    url: fillIn(config.url, values, encodeURIComponent),
    headers: { "content-type": type, ...Object.fromEntries(headers) },
    body: config.body === undefined ? null : fillIn(config.body, values, encodingOf(type)),
  };
}

/** What the gateway's answer means, by the configuration's criterion. Pure. */
export function readReply(
  answer: HttpAnswer,
  { success, busy }: Pick<TextGatewayConfig, "success" | "busy">,
): Reply {
  const refusal = readStatus(answer);
  if (refusal) return refusal;
  const status = `HTTP ${answer.status}`;
  if (success === undefined) return { kind: "delivered", code: status };
  if ("contains" in success) {
    return answer.body.includes(success.contains)
      ? { kind: "delivered", code: status }
      : { kind: "refused", code: status, why: firstWords(answer.body) };
  }
  const json = readJson(answer.body);
  if (!json) return notItsAnswer(answer);
  const value = fieldOf(json, success.field);
  const code = firstWords(`${success.field} ${String(value)}`);
  const matches = (wanted: string | number | boolean) => String(wanted) === String(value);
  if (success.oneOf.some(matches)) return { kind: "delivered", code };
  return { kind: busy.some(matches) ? "retry" : "refused", code, why: firstWords(answer.body) };
}

function fieldOf(json: Readonly<Record<string, unknown>>, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Readonly<Record<string, unknown>>)[key];
  }, json);
}

function fillIn(template: string, values: ReadonlyMap<string, string>, encode: Encode): string {
  return template.replace(/\{([a-z:0-9-]+)\}/g, (whole, name: string) => {
    const value = values.get(name);
    return value === undefined ? whole : encode(value);
  });
}

function encodingOf(contentType: string): Encode {
  if (contentType.includes("json")) return (value) => JSON.stringify(value).slice(1, -1);
  if (contentType.includes("x-www-form-urlencoded")) return encodeURIComponent;
  if (contentType.includes("xml")) return escapeMarkup;
  return (value) => value;
}

function headerSafe(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}
