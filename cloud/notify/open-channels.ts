import type { Clock } from "@sealwatch/platform";
import type { Channel } from "./channel.ts";
import { type ChannelSecrets, channelSecrets } from "./channel-secrets.ts";
import * as cap from "./channels/cap.ts";
import * as dingtalk from "./channels/dingtalk.ts";
import * as feishu from "./channels/feishu.ts";
import { mailSender } from "./channels/mail.ts";
import * as webhook from "./channels/standard-webhook.ts";
import * as gateway from "./channels/text-gateway.ts";
import * as wecom from "./channels/wecom.ts";
import { type HttpRequest, sendRequest } from "./http-request.ts";
import type { ChannelConfig } from "./notify-config.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { SendLimit } from "./rate-window.ts";
import type { HttpAnswer, Reply } from "./reply.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

type Send = Channel["send"];

/** Opens every configured channel. Throws CHANNEL_SECRET_UNREADABLE. */
export function openChannels(configs: readonly ChannelConfig[], clock: Clock): ReadonlyMap<string, Channel> {
  return new Map(configs.map((config) => [config.id, openChannel(config, clock)]));
}

function openChannel(config: ChannelConfig, clock: Clock): Channel {
  const secrets = channelSecrets();
  const send = senderOf(config, clock, secrets);
  const limits: SendLimit[] = [{ max: config.perMinute, windowMs: MINUTE_MS }];
  if ("perSecond" in config) limits.push({ max: config.perSecond, windowMs: SECOND_MS });
  const { id, kind } = config;
  return {
    ...{ id, kind, limits },
    reaches: kind === "mail" ? "mail" : kind === "sms" || kind === "voice" ? "phone" : null,
    digests: kind !== "webhook" && kind !== "cap",
    acknowledges: kind === "mail" || kind === "sms",
    send: async (message) => redacted(await send(message), secrets),
  };
}

function redacted(reply: Reply, secrets: ChannelSecrets): Reply {
  return reply.kind === "delivered" ? reply : { ...reply, why: secrets.redact(reply.why) };
}

function senderOf(config: ChannelConfig, clock: Clock, secrets: ChannelSecrets): Send {
  const read = (file: string) => secrets.read(config.id, file);
  const optional = (file: string | undefined) => (file === undefined ? null : read(file));
  const overHttp =
    (
      toRequest: (message: OutgoingMessage, nowMs: number) => HttpRequest,
      readReply: (answer: HttpAnswer) => Reply,
    ): Send =>
    async (message) => {
      const outcome = await sendRequest(toRequest(message, clock.wallMs()), config.timeoutMs, clock);
      return "failed" in outcome ? outcome.failed : readReply(outcome.answer);
    };
  switch (config.kind) {
    case "wecom": {
      const robot = { url: config.url, key: read(config.keyFile) };
      return overHttp((message) => wecom.toRequest(message, robot), wecom.readReply);
    }
    case "dingtalk": {
      const { url, keyword } = config;
      const robot = { url, keyword, token: read(config.tokenFile), secret: optional(config.secretFile) };
      return overHttp((message, nowMs) => dingtalk.toRequest(message, robot, nowMs), dingtalk.readReply);
    }
    case "feishu": {
      const robot = { url: config.url, token: read(config.tokenFile), secret: optional(config.secretFile) };
      return overHttp((message, nowMs) => feishu.toRequest(message, robot, nowMs), feishu.readReply);
    }
    case "mail":
      return mailSender(config, optional(config.passwordFile));
    case "sms":
    case "voice": {
      const values = new Map(Object.entries(config.secrets).map(([name, file]) => [name, read(file)]));
      return overHttp(
        (message, nowMs) => gateway.toRequest(message, config, values, nowMs),
        (answer) => gateway.readReply(answer, config),
      );
    }
    case "webhook": {
      const [first = "", ...rest] = config.secretFiles.map(read);
      const receiver = { url: config.url, secrets: [first, ...rest] as const };
      return overHttp((message, nowMs) => webhook.toRequest(message, receiver, nowMs), webhook.readReply);
    }
    case "cap": {
      const receiver = { ...config, secrets: config.secretFiles.map(read) };
      return overHttp((message, nowMs) => cap.toRequest(message, receiver, nowMs), webhook.readReply);
    }
  }
}
