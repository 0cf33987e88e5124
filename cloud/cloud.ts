import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Clock,
  type Logger,
  messageOf,
  refusalCounter,
  SealwatchError,
  sleepMs,
} from "@sealwatch/platform";
import { decodeHello, decodeStatus, encodeAck, type UpTopic } from "@sealwatch/protocols";
import { alertPublisher } from "./api/alert-publisher.ts";
import { type EventStream, eventStream } from "./api/event-stream.ts";
import { startServer } from "./api/server.ts";
import { siteAnnouncer } from "./api/site-announcer.ts";
import { viewSite } from "./api/site-view.ts";
import { type Broker, startBroker } from "./broker/broker.ts";
import type { CloudConfig } from "./config/cloud-config.ts";
import { silenceTick } from "./context/silence-watch.ts";
import { cloudError } from "./errors.ts";
import { loadCloudKey } from "./identity/cloud-key.ts";
import { type Committed, SegmentPipeline } from "./pipeline/segment-pipeline.ts";
import { GatewayPresence } from "./registry/gateway-presence.ts";
import { type SiteRegistry, siteRegistry } from "./registry/site-registry.ts";
import { openDatabase } from "./store/database.ts";

/** How often silence is looked for, and quiet event streams are kept alive. */
const WATCH_EVERY_MS = 5_000;

/** A running cloud. */
export interface Cloud {
  readonly httpPort: number;
  readonly mqttPort: number;
  close(): Promise<void>;
}

interface Parts {
  readonly config: CloudConfig;
  readonly clock: Clock;
  readonly registry: SiteRegistry;
  readonly pipeline: SegmentPipeline;
  readonly presence: GatewayPresence;
  readonly stream: EventStream;
}

/** Starts broker, replica, detection and API over one data folder. Throws what a person can mend as SealwatchError. */
export async function startCloud(config: CloudConfig, clock: Clock, log: Logger): Promise<Cloud> {
  const stopping = new AbortController();
  const registry = siteRegistry(config.sites);
  const refusals = refusalCounter(log);
  const presence = new GatewayPresence();
  const store = await openDatabase(join(usableFolder(config.dataDir), "cloud.sqlite"));
  const stream = eventStream(clock.wallMs());
  let broker: Broker | undefined;
  const announce = siteAnnouncer(clock, (id) => announceSite(parts, id), stopping.signal);
  const tell = alertPublisher(clock, stream, stopping.signal);
  const onCommitted = ({ acks, sites, alerts }: Committed): void => {
    for (const [gateway, ack] of acks) sendAck(broker, gateway, encodeAck(ack), log);
    for (const site of sites) announce(site);
    for (const alert of alerts) {
      log.info({ alert: alert.id, level: alert.level, sentence: alert.sentence.zh }, "alert");
      tell(alert);
    }
  };
  const pipeline = new SegmentPipeline({
    ...{ db: store.db, registry, clock, refusals, log, onCommitted },
    signer: loadCloudKey(config.dataDir).signer,
  });
  const parts: Parts = { config, clock, registry, pipeline, presence, stream };
  try {
    await pipeline.load();
    const server = await startServer({ ...parts, db: store.db, refusals }, config.http, log);
    try {
      broker = await startBroker(
        config.mqtt,
        brokerEvents(parts, () => broker, announce, refusals.refuse),
        refusals,
        log,
      );
    } catch (error) {
      await server.close();
      throw error;
    }
    const started = broker;
    const watch = watchSilence(parts, stopping.signal, log);
    return {
      httpPort: server.port,
      mqttPort: started.port,
      close: async () => {
        stopping.abort();
        await watch;
        await started.close();
        await pipeline.idle();
        await server.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function brokerEvents(
  { registry, pipeline, presence, clock }: Parts,
  broker: () => Broker | undefined,
  announce: (site: string) => void,
  refuse: (reason: string, source: string, details?: object) => void,
) {
  const noteConnection = (gateway: string, connected: boolean): void => {
    presence.connection(gateway, connected, clock.wallMs());
    const site = registry.gateway(gateway)?.site.id;
    if (site) announce(site);
  };
  return {
    isKnownGateway: (gateway: string) => registry.gateway(gateway) !== undefined,
    onConnection: noteConnection,
    onMessage: async (gateway: string, leaf: UpTopic, payload: Uint8Array): Promise<void> => {
      try {
        if (leaf === "status") return noteConnection(gateway, decodeStatus(payload).state === "online");
        presence.heard(gateway, clock.wallMs());
        if (leaf === "segment") return await pipeline.takeSegment(gateway, payload);
        if (leaf === "hello") {
          const ack = await pipeline.takeHello(gateway, decodeHello(payload));
          return await broker()?.send(gateway, "ack", encodeAck(ack));
        }
        return await pipeline.takeNotice(gateway, payload);
      } catch (error) {
        if (!(error instanceof SealwatchError) || error.retryable) throw error;
        return refuse(error.code, gateway, { why: error.message });
      }
    },
  };
}

function announceSite(parts: Parts, id: string): void {
  const site = parts.pipeline.site(id);
  if (site) parts.stream.publish("site", viewSite(site, parts));
}

/** An ack that is lost is told again with the next one: the gateway asks when it waits too long. */
function sendAck(broker: Broker | undefined, gateway: string, ack: Uint8Array, log: Logger): void {
  broker?.send(gateway, "ack", ack).catch((error: unknown) => {
    log.warn({ gateway, why: messageOf(error) }, "ack not sent");
  });
}

/** Turns the passing of time into context-log entries. */
async function watchSilence(parts: Parts, signal: AbortSignal, log: Logger): Promise<void> {
  const { clock, registry, pipeline, presence, stream, config } = parts;
  const startedMs = clock.wallMs();
  while (!signal.aborted) {
    await sleepMs(clock, Math.min(WATCH_EVERY_MS, config.gatewaySilentAfterMs), signal);
    stream.keepAlive();
    await pipeline.withdrawOverdue((gateway) => presence.of(gateway).connected);
    for (const { id, site } of registry.gateways) {
      const hearing = {
        gateway: id,
        heardMs: presence.of(id).heardMs ?? startedMs,
        recordedToMs: pipeline.journal(id)?.folds.view.recordedToMs ?? null,
        silent: isSilent(parts, site.id, id),
      };
      const entry = silenceTick(hearing, clock.wallMs(), config.gatewaySilentAfterMs);
      if (!entry || signal.aborted) continue;
      log.info({ gateway: id, entry: entry.kind }, "silence tick");
      await pipeline.addContext(site.id, entry);
    }
  }
}

function isSilent({ pipeline }: Parts, site: string, gateway: string): boolean {
  const entries = pipeline.site(site)?.context ?? [];
  const last = entries.findLast(
    ({ entry }) => entry.kind !== "baseline-accepted" && entry.gateway === gateway,
  );
  return last?.entry.kind === "gateway-silent";
}

function usableFolder(dir: string): string {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
    return dir;
  } catch (cause) {
    throw cloudError(
      "DATA_DIR_UNUSABLE",
      { dir, why: (cause as NodeJS.ErrnoException).code ?? "unknown" },
      cause,
    );
  }
}
