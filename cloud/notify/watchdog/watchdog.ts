import { type Clock, type Logger, messageOf, sleepMs } from "@sealwatch/platform";
import { type AlertPathStatus, alertPathSchema } from "../alert-path.ts";
import type { Channel } from "../channel.ts";
import { hopsFrom } from "../delivery-route.ts";
import { sendRequest } from "../http-request.ts";
import type { Notification } from "../notification.ts";
import { openChannels } from "../open-channels.ts";
import { readJson } from "../reply.ts";
import { afterTelling, type Episode, type Fault, faultOf, follow, NO_EPISODE } from "./episode.ts";
import { readEpisode, writeEpisode } from "./episode-file.ts";
import type { WatchdogConfig } from "./watchdog-config.ts";

/** Looks at a cloud's alert path from outside until `signal` aborts, and tells people when it is silent. Throws CHANNEL_SECRET_UNREADABLE. */
export function startWatchdog(
  config: WatchdogConfig,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const channels = openChannels(config.channels, clock);
  return watch({ config, clock, log, channels }, signal);
}

interface Parts {
  readonly config: WatchdogConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly channels: ReadonlyMap<string, Channel>;
}

async function watch(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, clock, log } = parts;
  let episode = readEpisode(config.stateFile);
  let fault: Fault | null = null;
  while (!signal.aborted) {
    try {
      const found = faultOf(await ask(config, clock), config);
      fault = found ?? fault;
      const next = await step(parts, episode, found, fault);
      const isNews = next !== episode;
      // Before it is written: a full disk must not make it tell again and again.
      episode = next;
      if (isNews) writeEpisode(config.stateFile, next);
    } catch (error) {
      log.error({ why: messageOf(error) }, "the watchdog stumbled; it goes on");
    }
    await sleepMs(clock, config.everyMs, signal);
  }
}

/** One look's consequences; an episode that nobody could be told of is told at the next look. */
async function step(
  parts: Parts,
  before: Episode,
  found: Fault | null,
  lastFault: Fault | null,
): Promise<Episode> {
  const { config, clock, log } = parts;
  const { episode, tell } = follow(before, found, clock.wallMs(), config);
  if (found && before.sinceMs === null) log.warn({ fault: found.en }, "the alert path looks silent");
  if (tell === null) {
    if (found) return episode.sinceMs === before.sinceMs ? before : episode;
    return before.sinceMs === null ? before : NO_EPISODE;
  }
  const told = await tellPeople(parts, noteOf(tell, episode, lastFault, config));
  log.warn({ what: tell, told }, "the alert path");
  return told ? afterTelling(episode, tell) : episode;
}

async function ask({ cloud, timeoutMs }: WatchdogConfig, clock: Clock): Promise<AlertPathStatus | null> {
  const url = `${cloud.replace(/\/+$/, "")}/alert-path`;
  const outcome = await sendRequest({ method: "GET", url, headers: {}, body: null }, timeoutMs, clock);
  if (!("answer" in outcome) || outcome.answer.status !== 200) return null;
  const status = alertPathSchema.safeParse(readJson(outcome.answer.body));
  return status.success ? status.data : null;
}

function noteOf(
  what: "silent" | "recovered",
  { sinceMs }: Episode,
  fault: Fault | null,
  { name, utcOffsetMin }: WatchdogConfig,
): Notification {
  const since = sinceMs ?? 0;
  const sentence =
    what === "silent"
      ? {
          zh: `告警通道静默：${fault?.zh ?? "原因不明"}。期间的告警可能无法送达，请立即检查。`,
          en: `the alert path is silent: ${fault?.en ?? "cause unknown"}; alerts may not arrive, look at once`,
        }
      : { zh: "告警通道已恢复。", en: "the alert path works again" };
  return {
    ...{ id: `watchdog/${new Date(since).toISOString()}/${what}`, kind: "alarm-path-silent" },
    ...{ level: what === "silent" ? "red" : "none", case: null, site: null, siteName: name },
    ...{ regionPath: "", to: "duty", eventMs: since, raisedMs: since, late: false, sentence, utcOffsetMin },
  };
}

/** True when at least one channel took it. Chains go side by side, each until one of its channels takes it. */
async function tellPeople(parts: Parts, notification: Notification): Promise<boolean> {
  const results = await Promise.all(
    parts.config.chains.map((chain) => tellAlong(parts, chain, notification)),
  );
  return results.includes(true);
}

async function tellAlong(
  { config, channels, log }: Parts,
  chain: readonly string[],
  notification: Notification,
): Promise<boolean> {
  const people = new Map(config.people.map((person) => [person.name, person]));
  const addressOf = (channel: Channel, name: string) =>
    channel.reaches === null ? null : (people.get(name)?.[channel.reaches] ?? null);
  const reach = {
    kindOf: (id: string) => (channels.get(id)?.reaches == null ? ("group" as const) : ("personal" as const)),
    canReach: (id: string, name: string) => {
      const channel = channels.get(id);
      return channel !== undefined && addressOf(channel, name) !== null;
    },
  };
  for (let step = 0; step < chain.length; step++) {
    const hops = hopsFrom({ chain, people: [...people.keys()], step }, null, reach);
    let delivered = false;
    for (const { channel: id, person } of hops) {
      const channel = channels.get(id);
      if (!channel) continue;
      const address = person === null ? null : addressOf(channel, person);
      const key = person === null ? notification.id : `${notification.id}/${person}`;
      const reply = await channel.send({
        key,
        notifications: [notification],
        link: null,
        address,
        earlier: [],
      });
      if (reply.kind === "delivered") delivered = true;
      else log.warn({ channel: id, ...reply }, "the watchdog was not heard");
    }
    if (delivered) return true;
    step = hops[0]?.route.step ?? chain.length;
  }
  return false;
}
