import { accessSync, constants, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Clock, type Logger, messageOf, sleepMs } from "@sealwatch/platform";
import { type JournalRecord, sha256Hex } from "@sealwatch/protocols";
import type { ReloadOutcome } from "./admin/admin-contract.ts";
import { fixedFieldsChanged } from "./config/config-change.ts";
import { type TrialTerms, trialLengthMs, trialTerms, unmetTerm } from "./config/config-trial.ts";
import {
  type ConfigSource,
  type LoadedConfig,
  openGatewayConfig,
  parseGatewayConfig,
} from "./config/load-gateway-config.ts";
import { writeDurably } from "./durable-file.ts";
import { gatewayError } from "./errors.ts";
import type { LiveSensing } from "./live-sensing.ts";

const TRIAL_LOOK_EVERY_MS = 200;
const HASH_CHARS = 12;
const PERMISSIONS = 0o777;
const CLOUD_UNREACHED = "the cloud did not answer by way of the other broker";
/** In the data folder: the configuration that polled last. */
const APPLIED_FILE = "config.applied.yaml";

/** What a running gateway lends to a change of its configuration. */
export interface ReloadParts {
  readonly gateway: string;
  /** Whether the cloud has answered by way of the broker that is configured now. */
  readonly cloudReached: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sensing: LiveSensing;
  readonly append: (record: JournalRecord) => void;
  /** Told of each configuration just before its channels are journaled. */
  readonly adopt: (config: LoadedConfig) => void;
  readonly stopping: AbortSignal;
}

/** Changes the configuration of a running gateway: checked whole, tried, and given up when it does not poll. */
export class ConfigReload {
  readonly #parts: ReloadParts;
  #running: ConfigSource;
  #appliedAtMs: number;
  #busy = false;

  constructor(running: ConfigSource, parts: ReloadParts) {
    this.#running = running;
    this.#parts = parts;
    this.#appliedAtMs = Math.floor(parts.clock.wallMs());
  }

  /** Which configuration runs, since when (wall time), and whether it is still on trial. */
  state() {
    const { file, text } = this.#running;
    return { file, hash: shortHash(text), appliedAtMs: this.#appliedAtMs, onTrial: this.#busy };
  }

  /** Reads the file that the gateway was started with again and applies it. Throws as `apply` does. */
  async applyFile(): Promise<ReloadOutcome> {
    if (this.#busy) throw gatewayError("CONFIG_BUSY");
    return this.apply(openGatewayConfig(this.#running.file).text);
  }

  /** Applies YAML text. Throws CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_FIXED or CONFIG_BUSY; nothing has changed then. */
  async apply(text: string): Promise<ReloadOutcome> {
    if (this.#busy) throw gatewayError("CONFIG_BUSY");
    const running = this.#running;
    const config = parseGatewayConfig(text, running.file);
    const fixed = fixedFieldsChanged(this.#named(running.config), this.#named(config));
    if (fixed.length > 0) throw gatewayError("CONFIG_FIXED", { fields: fixed.join(", ") });
    if (text === running.text) return { outcome: "unchanged", hash: shortHash(text) };
    this.#busy = true;
    try {
      return await this.#try({ file: running.file, text, config }, running);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Applies a configuration that the cloud ordered and, when it stays, puts it in the place of the file, the one before beside it.
   * What came of it is journaled, a refusal too.
   */
  async applyOrder(text: string): Promise<void> {
    const { log } = this.#parts;
    const { file, text: before } = this.#running;
    const hash = shortHash(text);
    try {
      accessSync(dirname(file), constants.W_OK);
      const { outcome } = await this.apply(text);
      if (outcome === "unchanged") this.#journal("config-applied", hash);
      if (outcome === "applied") this.#putInPlace(file, before, text);
    } catch (error) {
      log.error({ hash, why: messageOf(error) }, "the ordered configuration was refused");
      this.#journal("config-rolled-back", `${hash}: ${messageOf(error)}`);
    }
  }

  #putInPlace(file: string, before: string, text: string): void {
    try {
      const mode = statSync(file).mode & PERMISSIONS;
      writeDurably(`${file}.previous`, before, mode);
      writeDurably(file, text, mode);
    } catch (error) {
      this.#parts.log.error({ err: error, file }, "the ordered configuration runs, but is not in the file");
    }
  }

  /** A name that is left out is the one that it runs under. */
  #named(config: LoadedConfig): LoadedConfig {
    return { ...config, gateway: config.gateway ?? this.#parts.gateway };
  }

  #journal(event: "config-applied" | "config-rolled-back", note: string): void {
    const { clock, append } = this.#parts;
    const atMs = Math.floor(clock.monotonicMs());
    append({ type: "event", atMs, event, note });
  }

  async #try(wanted: ConfigSource, before: ConfigSource): Promise<ReloadOutcome> {
    const { sensing, log } = this.#parts;
    const hash = shortHash(wanted.text);
    const answering = sensing.answering();
    if (answering.size > 0) this.#keepApplied(before);
    const terms = trialTerms(before.config, wanted.config, answering);
    await this.#goOver(wanted, "config-applied", hash);
    const otherBroker = !isDeepStrictEqual(before.config.broker, wanted.config.broker);
    const { reason, silent } = await this.#trial(terms, wanted.config, otherBroker);
    if (reason !== null) {
      log.error({ hash, reason }, "the new configuration does not poll; going back");
      await this.#goOver(before, "config-rolled-back", `${hash}: ${reason}`);
      return { outcome: "rolled-back", hash, reason };
    }
    this.#keepApplied(wanted);
    log.info({ hash, silent }, "the new configuration polls");
    return { outcome: "applied", hash, silent };
  }

  async #goOver(
    source: ConfigSource,
    event: "config-applied" | "config-rolled-back",
    note: string,
  ): Promise<void> {
    const { sensing, clock, adopt } = this.#parts;
    const swapped = await sensing.swap(source.config, () => {
      adopt(source.config);
      sensing.appendChannels();
      this.#journal(event, note);
    });
    if (!swapped) return;
    this.#running = source;
    this.#appliedAtMs = Math.floor(clock.wallMs());
  }

  /** Ends as soon as every device has answered, and the cloud by way of another broker; `reason` is null when those have who must. */
  async #trial(terms: TrialTerms, { devices }: LoadedConfig, otherBroker: boolean) {
    const { clock, sensing, stopping, cloudReached } = this.#parts;
    const endMs = clock.monotonicMs() + trialLengthMs(devices, otherBroker);
    for (;;) {
      const answered = sensing.answering();
      const silent = devices.map(({ id }) => id).filter((id) => !answered.has(id));
      const unreached = otherBroker && !cloudReached();
      const over = stopping.aborted || clock.monotonicMs() >= endMs;
      if (over || (silent.length === 0 && !unreached)) {
        const reason = unmetTerm(terms, answered) ?? (unreached ? CLOUD_UNREACHED : null);
        return { reason, silent };
      }
      await sleepMs(clock, TRIAL_LOOK_EVERY_MS, stopping);
    }
  }

  /** Whole or not at all: a power cut leaves the one before. A disk that refuses stops no polling. */
  #keepApplied({ text, config }: ConfigSource): void {
    const file = join(config.dataDir, APPLIED_FILE);
    try {
      writeDurably(file, text);
    } catch (error) {
      this.#parts.log.error({ err: error, file }, "the configuration that polled could not be kept");
    }
  }
}

function shortHash(text: string): string {
  return sha256Hex(new TextEncoder().encode(text)).slice(0, HASH_CHARS);
}
