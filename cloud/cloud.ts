import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  AdminServer,
  adminSocketPath,
  type Clock,
  hasCode,
  type Logger,
  messageOf,
  type RefusalCounter,
  refusalCounter,
  SealwatchError,
  sleepMs,
} from "@sealwatch/platform";
import { decodeHello, decodeStatus, encodeAck, type UpTopic } from "@sealwatch/protocols";
import type { FastifyInstance } from "fastify";
import { ADMIN_OPERATIONS } from "./admin/admin-contract.ts";
import { answerOperations } from "./admin/answer-operations.ts";
import { alertPublisher } from "./api/alert-publisher.ts";
import { announceCase, announceCaseById, announceCaseOf } from "./api/case-announcer.ts";
import { type EventStream, eventStream } from "./api/event-stream.ts";
import { startServer } from "./api/server.ts";
import { siteAnnouncer } from "./api/site-announcer.ts";
import { viewSite } from "./api/site-view.ts";
import type { Broker } from "./broker/broker.ts";
import { acknowledgeByLink } from "./cases/acknowledge-by-link.ts";
import { adoptAlerts } from "./cases/adopt-alerts.ts";
import { watchCases } from "./cases/escalation-watch.ts";
import { linkedAlert } from "./cases/linked-alert.ts";
import type { CloudConfig } from "./config/cloud-config.ts";
import { silenceTick } from "./context/silence-watch.ts";
import { cloudError } from "./errors.ts";
import { type GatewayDoors, type GatewayPorts, openGatewayDoors } from "./gateway-doors.ts";
import { GatewayIdentities } from "./identity/gateway-identities.ts";
import { accountContacts } from "./notify/account-contacts.ts";
import { type Acknowledge, registerAcknowledgePage } from "./notify/ack-page.ts";
import { registerAlertPath } from "./notify/alert-path.ts";
import { type Notifier, openNotifier } from "./notify/notifier.ts";
import { forgetTold } from "./notify/outbox-retention.ts";
import { type Committed, SegmentPipeline } from "./pipeline/segment-pipeline.ts";
import { GatewayPresence } from "./registry/gateway-presence.ts";
import { watchRegister } from "./registry/register-watch.ts";
import type { RegisteredGateway, SiteRegistry } from "./registry/site-registry.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { watchVisits } from "./visits/visit-watch.ts";

/** How often silence is looked for, and quiet event streams are kept alive. */
const WATCH_EVERY_MS = 5_000;

/** A running cloud, and where it listens. */
export interface Cloud {
  readonly ports: { readonly httpPort: number } & GatewayPorts;
  close(): Promise<void>;
}

interface Parts {
  readonly config: CloudConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly refusals: RefusalCounter;
  readonly db: Database;
  readonly identities: GatewayIdentities;
  readonly registry: SiteRegistry;
  readonly pipeline: SegmentPipeline;
  readonly presence: GatewayPresence;
  readonly stream: EventStream;
  readonly announce: (site: string) => void;
  readonly notifier: Notifier;
}

/** Starts broker, replica, detection and API over one data folder. Throws what a person can mend as SealwatchError. */
export async function startCloud(config: CloudConfig, clock: Clock, log: Logger): Promise<Cloud> {
  const stopping = new AbortController();
  const closing: (() => unknown)[] = [];
  const close = async () => {
    stopping.abort();
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const store = await openDatabase(join(usableFolder(config.dataDir), "cloud.sqlite"));
    closing.push(() => store.close());
    let doors: GatewayDoors | undefined;
    const broker = () => doors?.broker;
    const onRevoked = (gateway: string) => broker()?.disconnect(gateway);
    const identities = await GatewayIdentities.open(config, { db: store.db, clock, log, onRevoked });
    const parts = assemble({ config, clock, log, db: store.db, identities }, broker, stopping.signal);
    closing.push(() => parts.notifier.close());
    await parts.pipeline.load();
    await store.db.transaction().execute(adoptAlerts);
    const server = await startServer(parts, config, log, (app) => addPages(app, parts));
    closing.push(() => server.close());
    const opened = await openGatewayDoors({
      ...parts,
      events: brokerEvents(parts, broker),
      onGateway: async ({ id, site }) => {
        await parts.pipeline.addGateway(id);
        parts.announce(site.id);
      },
    });
    doors = opened;
    closing.push(() => parts.pipeline.idle());
    closing.push(() => opened.close());
    const admin = await listenForAdmin(parts, opened.ports, opened.broker);
    closing.push(() => admin?.close());
    const watch = watchSilence(parts, stopping.signal, log);
    closing.push(() => watch);
    await parts.notifier.start();
    return { ports: { httpPort: server.port, ...opened.ports }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function assemble(
  base: Pick<Parts, "config" | "clock" | "log" | "db" | "identities">,
  broker: () => Broker | undefined,
  stopping: AbortSignal,
): Parts {
  const { clock, log, db } = base;
  const { registry } = base.identities;
  const refusals = refusalCounter(log);
  const stream = eventStream(clock.wallMs());
  const announce = siteAnnouncer(clock, (id) => announceSite(parts, id), stopping);
  const tell = alertPublisher(clock, stream, (site) => registry.regionPathOf(site), stopping);
  const onCommitted = ({ acks, sites, alerts }: Committed): void => {
    for (const [gateway, ack] of acks) sendAck(broker(), gateway, encodeAck(ack), log);
    parts.notifier.wake();
    for (const site of sites) announce(site);
    for (const alert of alerts) {
      log.info({ alert: alert.id, level: alert.level, sentence: alert.sentence.zh }, "alert");
      tell(alert);
      void announceCaseOf(db, stream, alert.id, log);
    }
  };
  const { signer } = base.identities.cloudKey;
  const pipeline = new SegmentPipeline({ db, registry, clock, refusals, log, onCommitted, signer });
  const presence = new GatewayPresence();
  const notifier = openNotifier({
    ...{ ...base, config: base.config.notify, dataDir: base.config.dataDir },
    publicUrl: base.config.http.publicUrl,
    contactsOf: accountContacts,
    pipelineIdle: () => pipeline.idle(),
  });
  const parts: Parts = { ...base, refusals, registry, pipeline, presence, stream, announce, notifier };
  return parts;
}

/** What is reached without an account: by a personal link, and by a watchdog. */
function addPages(app: FastifyInstance, { db, clock, notifier, stream, log }: Parts): void {
  registerAlertPath(app, notifier.alertPath);
  const acknowledge: Acknowledge = (tx, claim, _viaLink, nowMs) => acknowledgeByLink(tx, claim, nowMs);
  const onAcknowledged = (id: string): void => void announceCaseById(db, stream, id, log);
  const key = notifier.linkKey;
  registerAcknowledgePage(app, { db, clock, key, acknowledge, alertOf: linkedAlert, onAcknowledged });
}

/** Null where no socket can be: commands then need a stopped cloud, and everything else goes on. */
async function listenForAdmin(
  parts: Parts,
  { enrolPort = null }: { enrolPort?: number | null },
  broker: Pick<Broker, "send">,
): Promise<AdminServer | null> {
  const subject = {
    ...parts,
    enrolPort,
    isConnected: (gateway: string) => parts.presence.of(gateway).connected,
    sendOrder: (gateway: string, leaf: "config" | "command", order: Uint8Array) =>
      broker.send(gateway, leaf, order),
  };
  try {
    const socket = adminSocketPath(parts.config.dataDir);
    return await AdminServer.listen(socket, ADMIN_OPERATIONS, answerOperations(subject));
  } catch (error) {
    if (!hasCode(error, "ADMIN_SOCKET_UNUSABLE")) throw error;
    parts.log.warn({ why: error.message }, "no command can reach this cloud while it runs");
    return null;
  }
}

function brokerEvents(
  { registry, pipeline, presence, clock, refusals, announce }: Parts,
  broker: () => Broker | undefined,
) {
  const noteConnection = (gateway: string, connected: boolean): void => {
    presence.connection(gateway, connected, clock.wallMs());
    const site = registry.gateway(gateway)?.site.id;
    if (site) announce(site);
  };
  return {
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
        return refusals.refuse(error.code, gateway, { why: error.message });
      }
    },
  };
}

function announceSite(parts: Parts, id: string): void {
  const site = parts.pipeline.site(id);
  if (site) parts.stream.publish("site", parts.registry.regionPathOf(id), viewSite(site, parts));
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
    for (const facts of await watchCases(parts.db, clock.wallMs())) announceCase(stream, facts);
    await watchVisits(parts.db, clock.wallMs());
    await watchRegister(parts.db, clock.wallMs());
    await forgetTold(parts.db, clock.wallMs());
    parts.notifier.wake();
    for (const gateway of registry.gateways) {
      const { id, site } = gateway;
      const hearing = {
        gateway: id,
        heardMs: presence.of(id).heardMs ?? startedMs,
        recordedToMs: pipeline.journal(id)?.folds.view.recordedToMs ?? null,
        silent: isSilent(parts, site.id, id),
        successor: successorOf(parts, gateway),
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
  const last = entries.findLast(({ entry }) => "gateway" in entry && entry.gateway === gateway);
  return last?.entry.kind === "gateway-silent";
}

/** A place is taken once its new gateway has been heard: until then nobody watches there. */
function successorOf({ registry, presence, pipeline }: Parts, { replacedBy }: RegisteredGateway) {
  const successor = replacedBy === null ? undefined : registry.gateway(replacedBy);
  if (!successor) return null;
  const recordedToMs = pipeline.journal(successor.id)?.folds.view.recordedToMs ?? null;
  const heardMs = presence.of(successor.id).heardMs ?? recordedToMs;
  return heardMs === null ? null : { gateway: successor.id, heardMs };
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
