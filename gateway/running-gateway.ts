import {
  AdminServer,
  adminSocketPath,
  type Clock,
  type Logger,
  sleepMs,
  systemClock,
  systemRandom,
} from "@sealwatch/platform";
import type { JournalRecord } from "@sealwatch/protocols";
import type { GatewayStatus } from "./admin/admin-contract.ts";
import { ADMIN_OPERATIONS } from "./admin/admin-contract.ts";
import { answerOperations } from "./admin/answer-operations.ts";
import { type ClockMark, checkClock } from "./clock/clock-watch.ts";
import type { Stepped } from "./clock/join-simulator.ts";
import { isSynchronised } from "./clock/time-service.ts";
import type { CloudSide } from "./cloud-side.ts";
import type { ConfigSource, LoadedConfig } from "./config/load-gateway-config.ts";
import { type GatewayProgress, gatewayStatus } from "./gateway-status.ts";
import type { Journal } from "./journal/journal.ts";
import { Sealer } from "./journal/sealer.ts";
import { LiveSensing } from "./live-sensing.ts";
import { ConfigReload } from "./reload.ts";
import type { Cadence } from "./sense/sensing.ts";
import type { OrderParts } from "./uplink/cloud-orders.ts";
import type { Uplink } from "./uplink/uplink.ts";

const CLOCK_CHECK_MS = 60_000;
/** Looks at the clock between two questions of who keeps it: each starts a process. */
const TIME_SERVICE_EVERY_CHECKS = 10;
/** At the end the cloud gets this long to take what was sealed last: a small server's disk may take seconds for a commit. */
const DRAIN_MAX_MS = 20_000;
/** Whoever waits for the end longer than this is told what for. */
const DRAIN_TOLD_MS = 2_000;
/** Simulated time waits while more segments than this are on their way to a cloud that is connected. */
const STEP_BACKLOG_MAX_SEGMENTS = 64;

/** What a running gateway is made of. */
export interface RunningParts {
  readonly gateway: string;
  readonly source: ConfigSource;
  readonly clock: Clock;
  readonly stepped: Stepped | null;
  /** Whether a time server kept the clock at the start; null where nobody tells. */
  readonly synchronised: boolean | null;
  readonly journal: Journal;
  readonly cloud: CloudSide;
  readonly software: string;
  readonly pid: number;
  readonly log: Logger;
}

/** Sensing, journal and uplink at work. */
export class RunningGateway {
  /** Rejects when it cannot go on; never resolves. */
  readonly failure: Promise<never>;
  readonly #parts: RunningParts;
  /** Goes over to another configuration without a restart. */
  readonly reload: ConfigReload;
  readonly #sensing: LiveSensing;
  readonly #stopping = new AbortController();
  readonly #uplinkStop = new AbortController();
  readonly #uplink: Uplink;
  readonly #cloudDone: Promise<void>;
  #config: LoadedConfig;
  #sealer: Sealer;
  #sealing = new AbortController();
  #committing = new AbortController();
  #clockMark: ClockMark | null = null;
  #synchronised: boolean | null;
  #admin: AdminServer | null = null;

  constructor(parts: RunningParts) {
    const { gateway, source, clock, stepped, journal, cloud, log } = parts;
    this.#parts = parts;
    this.#synchronised = parts.synchronised;
    this.#uplink = cloud.uplink;
    this.#config = source.config;
    this.#sealer = this.#newSealer();
    const append = (record: JournalRecord) => this.#append(record);
    const sensingParts = { clock, lineClock: systemClock, random: systemRandom, log, append };
    this.#sensing = new LiveSensing(source.config, () => this.#cadence(), sensingParts);
    const stop = this.#stopping.signal;
    const adopt = (config: LoadedConfig) => this.#adopt(config);
    this.reload = new ConfigReload(source, {
      gateway,
      cloudReached: () => cloud.reached,
      clock,
      log,
      sensing: this.#sensing,
      append,
      adopt,
      stopping: stop,
    });
    this.#beginEpoch();
    this.#sensing.start();
    this.#cloudDone = cloud.run(this.#obedience(), this.#uplinkStop.signal);
    void this.#sealer.run(this.#sealing.signal);
    const loops = [this.#cloudDone, this.#watchClock(stop)];
    if (stepped) loops.push(this.#followSimulator(stepped));
    this.#changePace();
    this.failure = Promise.race([journal.failure, this.#sensing.failure, ...loops.map(onlyFailure)]);
    // Whoever starts a gateway awaits this; until then a failure must not end the process by itself.
    this.failure.catch(() => {});
  }

  /** Opens the admin socket. Sensing matters more: where that cannot be, the log says why and polling goes on. */
  async listen(): Promise<void> {
    const { dataDir } = this.#config;
    const operations = answerOperations({
      clock: systemClock,
      reload: this.reload,
      status: () => this.status(),
      devices: () => this.#config.devices,
      link: (id) => this.#sensing.link(id),
    });
    try {
      this.#admin = await AdminServer.listen(adminSocketPath(dataDir), ADMIN_OPERATIONS, operations);
    } catch (error) {
      this.#parts.log.error({ err: error }, "no admin socket: status, read, watch and reload find nobody");
    }
  }

  progress(): GatewayProgress {
    const { clock, journal } = this.#parts;
    return {
      wallMs: Math.floor(clock.wallMs()),
      ...this.#sensing.counters(),
      readings: journal.readings,
      segments: journal.sealed,
      unsavedMs: journal.unsavedMs,
      acknowledgedSeq: this.#uplink.head?.seq ?? 0,
      backlog: this.#uplink.backlog(),
      links: this.#sensing.links(),
    };
  }

  /** Progress, and what takes longer to find out. */
  status(): Promise<GatewayStatus> {
    const { gateway, journal, clock, software, pid } = this.#parts;
    const counted = { ...this.progress(), uplink: this.#uplink.phase, config: this.reload.state() };
    return gatewayStatus(counted, { gateway, config: this.#config, journal, clock, software, pid });
  }

  /** Stops polling, commits and seals what was taken, gives the cloud a moment to have it, closes. */
  async stop(): Promise<void> {
    const { journal, stepped } = this.#parts;
    await this.#admin?.close();
    this.#stopping.abort();
    this.#sealing.abort();
    this.#committing.abort();
    await this.#sensing.stop();
    this.#commit(true);
    await journal.whenBelow(0);
    await this.#drain();
    this.#uplinkStop.abort();
    await this.#cloudDone;
    stepped?.socket.close();
    await journal.close();
  }

  async #drain(): Promise<void> {
    const { log } = this.#parts;
    await this.#uplink.drain(DRAIN_TOLD_MS);
    const backlog = this.#uplink.backlog();
    if (backlog === 0) return;
    log.warn({ backlog, maxMs: DRAIN_MAX_MS }, "stopping: waiting for the cloud to take what was sealed");
    await this.#uplink.drain(DRAIN_MAX_MS - DRAIN_TOLD_MS);
    if (this.#uplink.backlog() > 0)
      log.warn(
        { backlog: this.#uplink.backlog() },
        "stopping: the cloud takes the rest after the next start",
      );
  }

  /** What every epoch begins with, in the order that explains the rest. */
  #beginEpoch(): void {
    const { journal, clock, log } = this.#parts;
    this.#sensing.appendChannels();
    this.#checkClock();
    const atMs = Math.floor(clock.monotonicMs());
    if (journal.quarantined) {
      log.error(
        { file: journal.quarantined },
        "the journal was damaged; it was put aside and a new one begun",
      );
      this.#append({ type: "gap", atMs, fromMs: 0, reason: "corrupt", readings: 0 });
    }
    this.#append({ type: "event", atMs, event: "gateway-started" });
    log.info({ epoch: journal.epoch }, "gateway started");
  }

  /** Bands and schedule of sealing begin anew: channels may be numbered otherwise. */
  #adopt(config: LoadedConfig): void {
    this.#config = config;
    this.#parts.cloud.useBroker(config.broker);
    this.#sealing.abort();
    this.#sealing = new AbortController();
    this.#sealer = this.#newSealer();
    if (!this.#stopping.signal.aborted) void this.#sealer.run(this.#sealing.signal);
  }

  #newSealer(): Sealer {
    return new Sealer({ clock: this.#parts.clock, config: this.#config, seal: () => this.#commit(true) });
  }

  #append(record: JournalRecord): void {
    this.#parts.journal.append(record);
    this.#parts.cloud.observe(record);
    this.#sealer.observe(record);
  }

  #obedience(): OrderParts["obey"] {
    return {
      config: (text) => this.reload.applyOrder(text),
      command: (command) => (command === "seal" ? this.#commit(true) : this.#uplink.publishStatus()),
    };
  }

  #commit(seal: boolean): void {
    this.#sensing.cutRuns();
    this.#parts.journal.flush(seal);
  }

  #checkClock(): void {
    const { clock, stepped } = this.#parts;
    const atMs = Math.floor(clock.monotonicMs());
    const checked = checkClock(this.#clockMark, atMs, {
      wallMs: Math.floor(clock.wallMs()),
      source: stepped ? "simulator" : "system",
      synchronised: this.#synchronised,
    });
    this.#clockMark = checked.mark;
    for (const record of checked.records) this.#append(record);
  }

  async #watchClock(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const checkMs = this.#config.faults?.clockCheckMs ?? CLOCK_CHECK_MS;
    for (let slot = 1; !signal.aborted; slot++) {
      await clock.sleepUntil(slot * checkMs, signal);
      if (signal.aborted) return;
      if (!this.#parts.stepped && slot % TIME_SERVICE_EVERY_CHECKS === 0)
        this.#synchronised = await isSynchronised();
      if (!signal.aborted) this.#checkClock();
    }
  }

  async #followSimulator({ clock }: Stepped): Promise<void> {
    const { journal } = this.#parts;
    clock.onPace = () => this.#changePace();
    clock.addBarrier(() => this.#sensing.whenIdle());
    clock.addBarrier(() => {
      // A step is longer than telemetry may stay off the disk.
      this.#commit(false);
      return journal.whenBelow(0);
    });
    clock.addBarrier(() => this.#uplink.whenBelow(STEP_BACKLOG_MAX_SEGMENTS));
    await clock.run(this.#stopping.signal);
  }

  /** In steps everything is committed before time moves; in real time, every so often. */
  #changePace(): void {
    const { stepped, log } = this.#parts;
    const { clock } = this.#config;
    this.#committing.abort();
    this.#committing = new AbortController();
    if (!stepped?.clock.stepping) void this.#commitRegularly(this.#committing.signal);
    if (clock.source !== "step-socket") return;
    log.info({ pace: stepped?.clock.stepping ? "stepped" : "real" }, "simulated time");
    if (clock.steppedIntervalMs !== undefined) this.#sensing.changeCadence();
  }

  #cadence(): Cadence {
    const { stepped } = this.#parts;
    const { clock } = this.#config;
    const slowestMs = stepped?.clock.stepping && clock.source === "step-socket" ? clock.steppedIntervalMs : 0;
    return { slowestMs: slowestMs ?? 0, staggered: stepped === null };
  }

  async #commitRegularly(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!signal.aborted) {
      await sleepMs(clock, this.#config.segments.tailCommitMs, signal);
      if (!signal.aborted) this.#commit(false);
    }
  }
}

/** A loop that ends because it was told to is no failure. */
function onlyFailure(loop: Promise<void>): Promise<never> {
  return loop.then(() => new Promise<never>(() => {}));
}
