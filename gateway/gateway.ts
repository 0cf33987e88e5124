import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Clock,
  type Logger,
  refusalCounter,
  type SealwatchError,
  sleepMs,
  systemClock,
  systemRandom,
} from "@sealwatch/platform";
import type { JournalRecord } from "@sealwatch/protocols";
import { type ClockMark, checkClock } from "./clock/clock-watch.ts";
import { epochClock } from "./clock/epoch-clock.ts";
import { StepClock } from "./clock/step-clock.ts";
import { StepSocket } from "./clock/step-socket.ts";
import type { LoadedConfig } from "./config/load-gateway-config.ts";
import { gatewayError } from "./errors.ts";
import { Journal } from "./journal/journal.ts";
import { Sealer } from "./journal/sealer.ts";
import type { LinkReport } from "./sense/link-report.ts";
import { type Cadence, Sensing } from "./sense/sensing.ts";
import { Uplink } from "./uplink/uplink.ts";

const BYTES_PER_MB = 1024 * 1024;
const CLOCK_CHECK_MS = 60_000;
/** At the end the cloud gets this long to take what was sealed last. */
const DRAIN_MAX_MS = 2_000;
/** Simulated time waits while more segments than this are on their way to a cloud that is connected. */
const STEP_BACKLOG_MAX_SEGMENTS = 64;

/** What a gateway is started with. The worker's URL is that of built code: threads do not run TypeScript. */
export interface GatewayParts {
  readonly config: LoadedConfig;
  readonly workerUrl: URL;
  readonly software: string;
  readonly log: Logger;
}

/** Numbers for people and for a watching parent process. */
interface GatewayProgress {
  readonly wallMs: number;
  readonly polls: number;
  readonly missed: number;
  readonly readings: number;
  readonly segments: number;
  readonly acknowledgedSeq: number;
  readonly backlog: number;
  /** By link: how busy it is, and how its devices answer. */
  readonly links: Readonly<Record<string, LinkReport>>;
}

/** A running gateway. */
export interface Gateway {
  /** Rejects when it cannot go on; never resolves. */
  readonly failure: Promise<never>;
  progress(): GatewayProgress;
  /** Stops polling, commits and seals what was taken, gives the cloud a moment to have it, closes. */
  stop(): Promise<void>;
}

/** Starts sensing, journal and uplink. Throws what makes that impossible. */
export async function startGateway({ config, workerUrl, software, log }: GatewayParts): Promise<Gateway> {
  makeDataDir(config.dataDir);
  const stepped =
    config.clock.source === "step-socket" ? await joinSimulator(config.clock, config.gateway) : null;
  const source: Clock = stepped?.clock ?? systemClock;
  const clock = epochClock(source);
  const journal = await Journal.open({
    workerUrl,
    file: join(config.dataDir, "journal.db"),
    keyFile: config.keyFile,
    gateway: config.gateway,
    budgetBytes: config.journal.budgetMb * BYTES_PER_MB,
    clock,
    log,
  });
  const uplink = new Uplink({
    url: config.broker.url,
    gateway: config.gateway,
    software,
    journal,
    clock: systemClock,
    random: systemRandom,
    log,
    refusals: refusalCounter(log),
  });
  journal.onSealed = () => uplink.newSegments();
  return new RunningGateway({ config, clock, stepped, journal, uplink, log });
}

interface Stepped {
  readonly socket: StepSocket;
  readonly clock: StepClock;
}

interface RunningParts {
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly stepped: Stepped | null;
  readonly journal: Journal;
  readonly uplink: Uplink;
  readonly log: Logger;
}

class RunningGateway implements Gateway {
  readonly failure: Promise<never>;
  readonly #parts: RunningParts;
  readonly #sensing: Sensing;
  readonly #sealer: Sealer;
  readonly #sensingStop = new AbortController();
  readonly #uplinkStop = new AbortController();
  readonly #sensingDone: Promise<void>;
  readonly #uplinkDone: Promise<void>;
  #committing = new AbortController();
  #clockMark: ClockMark | null = null;

  constructor(parts: RunningParts) {
    const { config, clock, stepped, journal, uplink, log } = parts;
    this.#parts = parts;
    this.#sealer = new Sealer({ clock, config, seal: () => this.#commit(true) });
    this.#sensing = new Sensing(config, this.#cadence(), {
      clock,
      lineClock: systemClock,
      random: systemRandom,
      log,
      append: (record) => this.#append(record),
    });
    this.#beginEpoch();
    const stop = this.#sensingStop.signal;
    this.#sensingDone = this.#sensing.run(stop);
    this.#uplinkDone = uplink.run(this.#uplinkStop.signal);
    const loops = [this.#sensingDone, this.#uplinkDone, this.#sealer.run(stop), this.#watchClock(stop)];
    if (stepped) loops.push(this.#followSimulator(stepped));
    this.#changePace();
    this.failure = Promise.race([journal.failure, ...loops.map(onlyFailure)]);
    // Whoever starts a gateway awaits this; until then a failure must not end the process by itself.
    this.failure.catch(() => {});
  }

  progress(): GatewayProgress {
    const { clock, journal, uplink } = this.#parts;
    return {
      wallMs: Math.floor(clock.wallMs()),
      ...this.#sensing.counters(),
      readings: journal.readings,
      segments: journal.sealed,
      acknowledgedSeq: uplink.head?.seq ?? 0,
      backlog: uplink.backlog(),
      links: this.#sensing.links(),
    };
  }

  async stop(): Promise<void> {
    const { journal, uplink, stepped } = this.#parts;
    this.#sensingStop.abort();
    this.#committing.abort();
    await this.#sensingDone;
    this.#commit(true);
    await journal.whenBelow(0);
    await uplink.drain(DRAIN_MAX_MS);
    this.#uplinkStop.abort();
    await this.#uplinkDone;
    stepped?.socket.close();
    await journal.close();
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

  #append(record: JournalRecord): void {
    this.#parts.journal.append(record);
    this.#sealer.observe(record);
  }

  #commit(seal: boolean): void {
    this.#sensing.cutRuns();
    this.#parts.journal.flush(seal);
  }

  #checkClock(): void {
    const { clock, stepped } = this.#parts;
    const atMs = Math.floor(clock.monotonicMs());
    const checked = checkClock(
      this.#clockMark,
      atMs,
      Math.floor(clock.wallMs()),
      stepped ? "simulator" : "system",
    );
    this.#clockMark = checked.mark;
    for (const record of checked.records) this.#append(record);
  }

  async #watchClock(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (let slot = 1; !signal.aborted; slot++) {
      await clock.sleepUntil(slot * CLOCK_CHECK_MS, signal);
      if (!signal.aborted) this.#checkClock();
    }
  }

  async #followSimulator({ clock }: Stepped): Promise<void> {
    const { journal, uplink } = this.#parts;
    clock.onPace = () => this.#changePace();
    clock.addBarrier(() => this.#sensing.inFlight.whenIdle());
    clock.addBarrier(() => {
      // A step is longer than telemetry may stay off the disk.
      this.#commit(false);
      return journal.whenBelow(0);
    });
    clock.addBarrier(() => uplink.whenBelow(STEP_BACKLOG_MAX_SEGMENTS));
    await clock.run(this.#sensingStop.signal);
  }

  /** In steps everything is committed before time moves; in real time, every so often. */
  #changePace(): void {
    const { config, stepped, log } = this.#parts;
    this.#committing.abort();
    this.#committing = new AbortController();
    if (!stepped?.clock.stepping) void this.#commitRegularly(this.#committing.signal);
    if (config.clock.source !== "step-socket") return;
    log.info({ pace: stepped?.clock.stepping ? "stepped" : "real" }, "simulated time");
    if (config.clock.steppedIntervalMs !== undefined) this.#sensing.changeCadence(this.#cadence());
  }

  #cadence(): Cadence {
    const { config, stepped } = this.#parts;
    const slowestMs =
      stepped?.clock.stepping && config.clock.source === "step-socket" ? config.clock.steppedIntervalMs : 0;
    return { slowestMs: slowestMs ?? 0, staggered: stepped === null };
  }

  async #commitRegularly(signal: AbortSignal): Promise<void> {
    const { clock, config } = this.#parts;
    while (!signal.aborted) {
      await sleepMs(clock, config.segments.tailCommitMs, signal);
      if (!signal.aborted) this.#commit(false);
    }
  }
}

async function joinSimulator(
  { host, port }: { readonly host: string; readonly port: number },
  name: string,
): Promise<Stepped> {
  const { socket, time } = await StepSocket.join(host, port, name);
  return { socket, clock: new StepClock(socket, time, systemClock) };
}

function makeDataDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    throw dataDirError(dir, cause);
  }
}

function dataDirError(dir: string, cause: unknown): SealwatchError {
  return gatewayError(
    "DATA_DIR_UNUSABLE",
    { dir, why: (cause as NodeJS.ErrnoException).code ?? "unknown" },
    cause,
  );
}

/** A loop that ends because it was told to is no failure. */
function onlyFailure(loop: Promise<void>): Promise<never> {
  return loop.then(() => new Promise<never>(() => {}));
}
