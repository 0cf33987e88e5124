import { clairvoyant, PEERS, type Peer, type Statistic } from "./peers.ts";
import type { PowerHabit } from "./power-habit.ts";

const DAY_MS = 86_400_000;

/** Shares of the former load at which detectors are compared. */
export const LEVELS = [0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 1] as const;
/** All who judge by power alone, those who know the shift last. */
export const RIVALS: readonly Peer[] = [...PEERS, ...LEVELS.map(clairvoyant)];

/** By peer: what its statistic reached on each day. */
export type DailyMaxima = Map<string, number[]>;

/** All peers on one site's power. */
export class PeerBank {
  readonly #peers: readonly { readonly name: string; readonly statistic: Statistic }[];

  constructor(habit: PowerHabit, formerLoadW: number) {
    this.#peers = RIVALS.map((peer) => ({ name: peer.name, statistic: peer.create(habit, formerLoadW) }));
  }

  /** Gives every peer a reading and tells what each makes of it. */
  take(utcMs: number, powerW: number, tell: (name: string, value: number) => void): void {
    for (const { name, statistic } of this.#peers) tell(name, statistic(utcMs, powerW));
  }
}

/** Collects the daily maxima of all peers over a quiet stretch. */
export class MaximaBook {
  readonly maxima: DailyMaxima = new Map();
  readonly #bank: PeerBank;
  readonly #today = new Map<string, number>();
  #day = Number.NaN;

  constructor(habit: PowerHabit, formerLoadW: number) {
    this.#bank = new PeerBank(habit, formerLoadW);
  }

  take(utcMs: number, powerW: number | null): void {
    const day = Math.floor(utcMs / DAY_MS);
    if (day !== this.#day) this.close();
    this.#day = day;
    if (powerW === null) return;
    this.#bank.take(utcMs, powerW, (name, value) => {
      if (value > (this.#today.get(name) ?? Number.NEGATIVE_INFINITY)) this.#today.set(name, value);
    });
  }

  close(): void {
    for (const [name, value] of this.#today) {
      const list = this.maxima.get(name);
      if (list) list.push(value);
      else this.maxima.set(name, [value]);
    }
    this.#today.clear();
  }
}

/** When each peer first reaches its threshold after `fromMs`. */
export class CrossingBook {
  readonly firstMs = new Map<string, number>();
  readonly #bank: PeerBank;
  readonly #thresholds: ReadonlyMap<string, number>;
  readonly #fromMs: number;

  constructor(
    habit: PowerHabit,
    formerLoadW: number,
    thresholds: ReadonlyMap<string, number>,
    fromMs: number,
  ) {
    this.#bank = new PeerBank(habit, formerLoadW);
    this.#thresholds = thresholds;
    this.#fromMs = fromMs;
  }

  take(utcMs: number, powerW: number | null): void {
    if (powerW === null) return;
    this.#bank.take(utcMs, powerW, (name, value) => {
      if (utcMs < this.#fromMs || this.firstMs.has(name)) return;
      if (value >= (this.#thresholds.get(name) ?? Number.POSITIVE_INFINITY)) this.firstMs.set(name, utcMs);
    });
  }
}
