import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createTransport } from "nodemailer";
import { messageText } from "../message-text.ts";
import type { ChannelConfig } from "../notify-config.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { firstWords, type Reply } from "../reply.ts";

type MailConfig = Extract<ChannelConfig, { kind: "mail" }>;

/** A message as a mail; the key makes its Message-ID. Pure. */
function toMail(message: OutgoingMessage, from: string) {
  const { title, lines, linkText, reference } = messageText(message);
  const link = message.link ? [`${linkText}: ${message.link.url}`] : [];
  const digest = createHash("sha256").update(message.key).digest("hex").slice(0, 32);
  return {
    from,
    to: message.address ?? "",
    subject: title,
    text: [title, "", ...lines, "", ...link, `编号 ${reference}`, ""].join("\n"),
    messageId: `<${digest}@${/@([^>\s]+)/.exec(from)?.[1] ?? "sealwatch"}>`,
    headers: { "X-Sealwatch-Key": encodeURIComponent(message.key), "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What ended a try: RFC 5321 §4.2.1 makes 4yz transient and 5yz permanent; without a code it never got that far. Pure. */
function readMailError(error: unknown): Reply {
  const { responseCode, code, response } = error as {
    responseCode?: number;
    code?: string;
    response?: string;
  };
  if (typeof responseCode !== "number")
    return { kind: "retry", code: "UNANSWERED", why: typeof code === "string" ? code : "connection failed" };
  const reply = { code: `SMTP ${responseCode}`, why: firstWords(response ?? "") };
  return responseCode >= 500 ? { kind: "refused", ...reply } : { kind: "retry", ...reply };
}

/** Sends mails one connection each: alerts are rare, and a kept connection is most often a dead one. */
export function mailSender(config: MailConfig, password: string | null) {
  const { host, port, tls, timeoutMs, user, caFile, from } = config;
  const transport = createTransport({
    ...{ host, port, secure: tls === "implicit", requireTLS: tls === "starttls", ignoreTLS: tls === "none" },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...(user !== undefined && password !== null ? { auth: { user, pass: password } } : {}),
    ...(caFile === undefined ? {} : { tls: { ca: readFileSync(caFile, "utf8") } }),
  });
  return async (message: OutgoingMessage): Promise<Reply> => {
    try {
      const { response } = await transport.sendMail(toMail(message, from));
      return { kind: "delivered", code: `SMTP ${response.slice(0, 3)}` };
    } catch (error) {
      return readMailError(error);
    }
  };
}
