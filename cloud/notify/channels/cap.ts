import { escapeMarkup } from "@sealwatch/platform";
import type { Level } from "../../detect/episode-level.ts";
import { MINUTE_MS } from "../../detect/local-time.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Notification } from "../notification.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { signedPost } from "./standard-webhook.ts";

/** What a county says of itself in every CAP message. */
export interface CapSender {
  /** Unique, without spaces, commas, < or &, such as `sealwatch@yunxi.example`. */
  readonly sender: string;
  readonly senderName: string;
  readonly status: "Actual" | "Test" | "Exercise";
  /** Whom it is meant for: the rule of scope Restricted. */
  readonly restriction: string;
}

/** How far a level is believed, and what it asks for: CAP 1.2 §3.2.2. Never Extreme: it is no statutory warning. */
const GRADES: Readonly<Record<Level, { certainty: string; severity: string; urgency: string }>> = {
  none: { certainty: "Unknown", severity: "Unknown", urgency: "Unknown" },
  blue: { certainty: "Unknown", severity: "Minor", urgency: "Future" },
  yellow: { certainty: "Possible", severity: "Minor", urgency: "Expected" },
  orange: { certainty: "Likely", severity: "Moderate", urgency: "Expected" },
  red: { certainty: "Observed", severity: "Severe", urgency: "Immediate" },
};
const MESSAGE_TYPES: Partial<Record<Notification["kind"], "Update" | "Cancel">> = {
  "case-raised": "Update",
  "case-escalated": "Update",
  "case-overdue": "Update",
  "case-withdrawn": "Cancel",
};
/** References of one message; the newest ones. */
const REFERENCES_MAX = 20;

/** A message as a signed POST of CAP XML. Pure. */
export function toRequest(
  message: OutgoingMessage,
  channel: CapSender & { readonly url: string; readonly secrets: readonly string[] },
  nowMs: number,
): HttpRequest {
  const body = capAlert(message.notifications[0], message.earlier, channel);
  return signedPost(channel, message.key, body, "application/cap+xml", nowMs);
}

/** One notification as CAP 1.2 (OASIS, 2010-07-01), elements in the order of its schema. Pure. */
export function capAlert(
  notification: Notification,
  earlier: OutgoingMessage["earlier"],
  sender: CapSender,
): string {
  const { id, kind, raisedMs, utcOffsetMin } = notification;
  const wanted = MESSAGE_TYPES[kind];
  // An Update or a Cancel without what it refers to would not be valid.
  const type = wanted && earlier.length > 0 ? wanted : "Alert";
  const references = earlier
    .slice(-REFERENCES_MAX)
    .map((one) => `${sender.sender},${identifier(one.id)},${capTime(one.raisedMs, utcOffsetMin)}`)
    .join(" ");
  const status = kind === "test" ? "Test" : sender.status;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">',
    tag("identifier", identifier(id)),
    tag("sender", sender.sender),
    tag("sent", capTime(raisedMs, utcOffsetMin)),
    tag("status", status),
    tag("msgType", type),
    tag("scope", "Restricted"),
    tag("restriction", sender.restriction),
    ...(notification.late ? [tag("note", "found late in a back-fill 迟到数据")] : []),
    ...(type === "Alert" ? [] : [tag("references", references)]),
    info("zh-CN", notification, sender),
    info("en-US", notification, sender),
    "</alert>",
    "",
  ].join("\n");
}

function info(language: "zh-CN" | "en-US", notification: Notification, { senderName }: CapSender): string {
  const { level, late, eventMs, utcOffsetMin, sentence, siteName, regionPath } = notification;
  const word = language === "zh-CN" ? "zh" : "en";
  const grade = GRADES[level];
  return [
    "<info>",
    tag("language", language),
    tag("category", "Safety"),
    tag("event", word === "zh" ? "封停厂点监测提示" : "monitoring notice of a closed site"),
    tag("responseType", level === "none" || level === "blue" ? "Monitor" : "Assess"),
    tag("urgency", late ? "Past" : grade.urgency),
    tag("severity", grade.severity),
    tag("certainty", grade.certainty),
    tag("onset", capTime(eventMs, utcOffsetMin)),
    tag("senderName", senderName),
    tag("headline", siteName ? `${siteName[word]}: ${sentence[word]}` : sentence[word]),
    tag("description", sentence[word]),
    parameter("sealwatch-level", level),
    parameter("sealwatch-kind", notification.kind),
    ...(notification.case === null ? [] : [parameter("sealwatch-case", notification.case)]),
    "<area>",
    tag("areaDesc", siteName?.[word] ?? (regionPath || "county")),
    ...(regionPath === "" ? [] : [geocode("sealwatch-region", regionPath)]),
    "</area>",
    "</info>",
  ].join("\n");
}

function tag(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function parameter(valueName: string, value: string): string {
  return `<parameter>${tag("valueName", valueName)}${tag("value", value)}</parameter>`;
}

function geocode(valueName: string, value: string): string {
  return `<geocode>${tag("valueName", valueName)}${tag("value", value)}</geocode>`;
}

/** CAP's dateTime: to the second, with a numeric offset, never Z. */
export function capTime(utcMs: number, utcOffsetMin: number): string {
  const local = new Date(utcMs + utcOffsetMin * MINUTE_MS).toISOString().slice(0, 19);
  const away = Math.abs(utcOffsetMin);
  const two = (value: number) => String(value).padStart(2, "0");
  const sign = utcOffsetMin > 0 ? "+" : "-";
  return `${local}${sign}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/** Identifiers take no spaces, commas, < or &. */
function identifier(id: string): string {
  return id.replace(/[\s,<&]/g, "_");
}

function escapeXml(text: string): string {
  // XML 1.0 has no place for control characters, escaped or not.
  return escapeMarkup(text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ""));
}
