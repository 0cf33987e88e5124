import { clairvoyant, PEERS, type Peer, type Statistic } from "./peers.ts";
import type { PowerHabit } from "./power-habit.ts";

const DAY_MS = 86_400_000;

/** Shares of the former load at which detectors are compared. */
export const LEVELS = [0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 1] as const;
/** All who judge by power alone, those who know the shift last. */
export const RIVALS: readonly Peer[] = [...PEERS, ...LEVELS.map(clairvoyant)];

/** The name of a peer calibrated to `perYear` false alarms a site-year; `equal`: to those of the product. */
export function atRate(peer: string, perYear: number | "equal"): string {
  return `${peer}@${perYear}`;
}

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

/** When each peer first exceeds its threshold after `fromMs`. */
export class CrossingBook {
  readonly firstMs = new Map<string, number>();
  readonly #bank: PeerBank;
  /** By peer: each threshold and the name under which its crossing is kept. */
  readonly #thresholds: ReadonlyMap<string, readonly (readonly [name: string, threshold: number])[]>;
  readonly #fromMs: number;

  constructor(
    habit: PowerHabit,
    formerLoadW: number,
    thresholds: ReadonlyMap<string, number>,
    fromMs: number,
  ) {
    this.#bank = new PeerBank(habit, formerLoadW);
    this.#thresholds = new Map(
      RIVALS.map(({ name }) => [
        name,
        [...thresholds].filter(([key]) => key === name || key.startsWith(`${name}@`)),
      ]),
    );
    this.#fromMs = fromMs;
  }

  take(utcMs: number, powerW: number | null): void {
    if (powerW === null) return;
    this.#bank.take(utcMs, powerW, (name, value) => {
      if (utcMs < this.#fromMs) return;
      for (const [key, threshold] of this.#thresholds.get(name) ?? [])
        if (value > threshold && !this.firstMs.has(key)) this.firstMs.set(key, utcMs);
    });
  }
}
