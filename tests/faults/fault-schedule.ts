import { join } from "node:path";
import type { Random } from "@sealwatch/platform";
import type { FaultRig } from "./fault-rig.ts";
import { CLEAR, type Weather } from "./packet-proxy.ts";

const CLOUD_KILLS_A_ROUND = 2;
/** One gateway kill and two of the cloud's in this time: 300 restarts in ten minutes. */
export const ROUND_MS = 5_500;
/** A run that is this late waits this share of the usual time between its faults. */
const LATE_FOR_MIN_PACE_MS = 15_000;
const PACE_MIN = 0.5;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CUT_MS = 1_200;
const COMMIT_DELAY_SHARE = 0.2;
const COMMIT_DELAY_MS = 500;
const DISK_FULL_MS = 3_000;

const WEATHERS: readonly (readonly [string, Weather])[] = [
  ["clear", CLEAR],
  ["delayed", { ...CLEAR, delayMs: 120 }],
  ["duplicated", { ...CLEAR, duplicateShare: 0.5 }],
  ["swapped", { ...CLEAR, swapShare: 0.4 }],
  ["foul", { delayMs: 60, duplicateShare: 0.3, swapShare: 0.3 }],
];
/** How wrong the gateway's clock may be: right, hours either way, and 1970. */
const OFFSETS_MS = [0, 0, 2 * HOUR_MS, -3 * HOUR_MS, 400 * DAY_MS, "1970"] as const;

/** Rare and long: each once in so many rounds. */
const SPECIALS = ["disk full", "old card", "cloud backup"] as const;
const SPECIAL_EVERY_ROUNDS = 8;

/** Deals out the faults of one run, all chosen by the seed. */
export class FaultSchedule {
  readonly #rig: FaultRig;
  readonly #random: Random;
  readonly #card: string;
  readonly #backup: string;
  #specials = 0;
  #pace = 1;
  #hasCard = false;
  #hasBackup = false;

  constructor(rig: FaultRig, random: Random) {
    this.#rig = rig;
    this.#random = random;
    this.#card = join(rig.folder, "card-image");
    this.#backup = join(rig.folder, "cloud-backup");
  }

  /** One round of faults; gives what it did, in a few words. `lateMs`: how far the run is behind, on a busy machine. */
  async round(index: number, lateMs: number): Promise<string> {
    this.#pace = Math.max(PACE_MIN, 1 - lateMs / LATE_FOR_MIN_PACE_MS);
    const [name, weather] = this.#pick(WEATHERS);
    this.#rig.proxy.weather = weather;
    const special = index % SPECIAL_EVERY_ROUNDS === SPECIAL_EVERY_ROUNDS - 1;
    const did = special ? await this.#special() : "";
    this.#rig.commitDelayMs = this.#random.uniform() < COMMIT_DELAY_SHARE ? COMMIT_DELAY_MS : 0;
    await Promise.all([this.#gatewayDies(), this.#cloudDies(), this.#networkFails(), this.#clockJumps()]);
    const late = this.#rig.commitDelayMs > 0 ? ", commits take 500 ms from now on" : "";
    return `network ${name}${late}${did && `, ${did}`}`;
  }

  async #gatewayDies(): Promise<void> {
    await this.#wait(ROUND_MS * (0.5 + 0.4 * this.#random.uniform()));
    // What is young at the kill depends on the delay it was started with.
    await this.#rig.killGateway();
    await this.#rig.startGateway();
  }

  async #cloudDies(): Promise<void> {
    for (let kill = 0; kill < CLOUD_KILLS_A_ROUND; kill++) {
      await this.#wait((ROUND_MS / CLOUD_KILLS_A_ROUND) * (0.2 + 0.4 * this.#random.uniform()));
      await this.#rig.killCloud();
      await this.#rig.startCloud();
    }
  }

  async #networkFails(): Promise<void> {
    if (this.#random.uniform() < 0.6) return;
    await this.#wait(ROUND_MS * 0.5 * this.#random.uniform());
    this.#rig.proxy.cut();
    await this.#wait(CUT_MS * this.#random.uniform());
    this.#rig.proxy.mend();
  }

  async #clockJumps(): Promise<void> {
    if (this.#random.uniform() < 0.5) return;
    await this.#wait(ROUND_MS * 0.5 * this.#random.uniform());
    const offset = this.#pick(OFFSETS_MS);
    this.#rig.setClockOffset(offset === "1970" ? HOUR_MS - Date.now() : offset);
  }

  async #special(): Promise<string> {
    const special = SPECIALS[this.#specials++ % SPECIALS.length] ?? SPECIALS[0];
    if (special === "disk full") return this.#fillDisk();
    return special === "old card" ? this.#putBackOldCard() : this.#restoreCloud();
  }

  async #fillDisk(): Promise<string> {
    const { disk } = this.#rig;
    disk?.fill();
    await sleep(DISK_FULL_MS / 2);
    disk?.fill();
    await sleep(DISK_FULL_MS / 2);
    disk?.clear();
    // Until telemetry is taken again: a kill before would take the record of the gap with it.
    await sleep(DISK_FULL_MS);
    return "the disk was full";
  }

  /** Takes an image of the card, or puts the last one back. Nothing may be on the card alone then: no journal could keep that. */
  async #putBackOldCard(): Promise<string> {
    const rig = this.#rig;
    await rig.stopGatewayWhenDrained();
    const puts = this.#hasCard;
    if (puts) rig.copy(this.#card, rig.dataDir);
    else rig.copy(rig.dataDir, this.#card);
    this.#hasCard = !puts;
    // Of what the card lost the cloud has the only copy: an older backup would lose it too.
    if (puts) this.#hasBackup = false;
    await rig.startGateway();
    return puts ? "an old card was put back" : "an image was taken of the card";
  }

  async #restoreCloud(): Promise<string> {
    const rig = this.#rig;
    await rig.killCloud();
    const restores = this.#hasBackup;
    if (restores) rig.copy(this.#backup, rig.cloudDir);
    else rig.copy(rig.cloudDir, this.#backup);
    this.#hasBackup = !restores;
    await rig.startCloud();
    return restores ? "the cloud was restored from its backup" : "the cloud was backed up";
  }

  #pick<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.#random.uniform() * values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }

  #wait(ms: number): Promise<void> {
    return sleep(ms * this.#pace);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
