import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type Logger, sleepMs } from "@sealwatch/platform";
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
import { gatewayError } from "./errors.ts";
import type { LiveSensing } from "./live-sensing.ts";

const TRIAL_LOOK_EVERY_MS = 200;
const HASH_CHARS = 12;
const NOTE_MAX_CHARS = 300;
/** In the data folder: the configuration that polled last. */
const APPLIED_FILE = "config.applied.yaml";

/** What a running gateway lends to a change of its configuration. */
export interface ReloadParts {
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
    const fixed = fixedFieldsChanged(running.config, config);
    if (fixed.length > 0) throw gatewayError("CONFIG_FIXED", { fields: fixed.join(", ") });
    if (text === running.text) return { outcome: "unchanged", hash: shortHash(text) };
    this.#busy = true;
    try {
      return await this.#try({ file: running.file, text, config }, running);
    } finally {
      this.#busy = false;
    }
  }

  async #try(wanted: ConfigSource, before: ConfigSource): Promise<ReloadOutcome> {
    const { sensing, log } = this.#parts;
    const hash = shortHash(wanted.text);
    const answering = sensing.answering();
    if (answering.size > 0) this.#keepApplied(before);
    const terms = trialTerms(before.config, wanted.config, answering);
    await this.#goOver(wanted, "config-applied", hash);
    const { reason, silent } = await this.#trial(terms, wanted.config);
    if (reason !== null) {
      log.error({ hash, reason }, "the new configuration does not poll; going back");
      await this.#goOver(before, "config-rolled-back", `${hash}: ${reason}`.slice(0, NOTE_MAX_CHARS));
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
    const { sensing, clock, append, adopt } = this.#parts;
    const swapped = await sensing.swap(source.config, () => {
      adopt(source.config);
      sensing.appendChannels();
      append({ type: "event", atMs: Math.floor(clock.monotonicMs()), event, note });
    });
    if (!swapped) return;
    this.#running = source;
    this.#appliedAtMs = Math.floor(clock.wallMs());
  }

  /** Ends as soon as every device has answered; `reason` is null when those have who must. */
  async #trial(terms: TrialTerms, { devices }: LoadedConfig) {
    const { clock, sensing, stopping } = this.#parts;
    const endMs = clock.monotonicMs() + trialLengthMs(devices);
    for (;;) {
      const answered = sensing.answering();
      const silent = devices.map(({ id }) => id).filter((id) => !answered.has(id));
      const over = stopping.aborted || clock.monotonicMs() >= endMs;
      if (over || silent.length === 0) return { reason: unmetTerm(terms, answered), silent };
      await sleepMs(clock, TRIAL_LOOK_EVERY_MS, stopping);
    }
  }

  /** Whole or not at all: a power cut leaves the one before. A disk that refuses stops no polling. */
  #keepApplied({ text, config }: ConfigSource): void {
    const file = join(config.dataDir, APPLIED_FILE);
    try {
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      this.#parts.log.error({ err: error, file }, "the configuration that polled could not be kept");
    }
  }
}

function shortHash(text: string): string {
  return sha256Hex(new TextEncoder().encode(text)).slice(0, HASH_CHARS);
}
