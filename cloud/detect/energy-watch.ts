import { bookEnergy, initialEnergyBook } from "./energy-day.ts";
import type { EnergyState, GatewayState } from "./gateway-state.ts";
import { MINUTE_MS } from "./local-time.ts";
import { daySurge } from "./rules/day-surge.ts";
import { judgeFeederShares } from "./rules/feeder-share.ts";
import { formerShare, type ShareObservation } from "./rules/former-share.ts";
import { nightRatio } from "./rules/night-ratio.ts";
import type { RuleContext } from "./rules/rule.ts";
import type { PowerSubject } from "./rules/subject.ts";
import { addToBin, emptyBin } from "./sequential/time-bin.ts";

const BIN_MS = 15 * MINUTE_MS;
const WATTS_MAX = 1e9;

/** Brings means of a quarter of an hour to the rules about energy, which need no baseline. Changes the draft it was given. */
export class EnergyWatch {
  readonly #draft: GatewayState;
  readonly #context: RuleContext;
  readonly #byName = new Map<string, EnergyState>();

  constructor(draft: GatewayState, context: RuleContext) {
    this.#draft = draft;
    this.#context = context;
    this.#index();
  }

  /** A new list of power channels: each keeps its state under its device and point. */
  channels(power: readonly { readonly subject: PowerSubject }[]): void {
    this.#draft.energy = power.map(({ subject }) => this.#byName.get(nameOf(subject)) ?? initial(subject));
    this.#index();
  }

  reading(
    { subject, state: { accepted } }: GatewayState["power"][number],
    watts: number,
    utcMs: number,
  ): void {
    const state = this.#byName.get(nameOf(subject));
    if (!state || Math.abs(watts) > WATTS_MAX || (state.lastMs !== null && utcMs === state.lastMs)) return;
    const isBack = state.lastMs !== null && utcMs < state.lastMs;
    state.lastMs = utcMs;
    if (isBack) state.bin = emptyBin();
    const binMs = Math.max(BIN_MS, subject.intervalMs);
    const value = { fromMs: utcMs - subject.intervalMs, watts, midW: 0, sigmaW: 0 };
    const ended = addToBin(state.bin, binMs, value);
    // A bin that a hole left half empty is no mean.
    if (!ended || 2 * ended.n * subject.intervalMs < binMs) return;
    const { fromMs } = ended;
    this.#look(state, subject, { fromMs, toMs: fromMs + binMs, watts: ended.watts, accepted });
  }

  /** Approved work: nothing of it is counted. */
  permitted(subject: PowerSubject): void {
    const state = this.#byName.get(nameOf(subject));
    if (state) state.bin = emptyBin();
  }

  #look(state: EnergyState, subject: PowerSubject, bin: ShareObservation): void {
    const { book } = state;
    const ended = bookEnergy(book, bin, this.#context.site.utcOffsetMin * MINUTE_MS);
    formerShare.step(state.share, subject, bin, this.#context);
    const { day } = book;
    if (day) {
      nightRatio.step(state.night, subject, { day, toMs: bin.toMs }, this.#context);
      daySurge.step(state.surge, subject, { book, day, toMs: bin.toMs }, this.#context);
    }
    if (ended) this.#compareFeeders(ended.index);
  }

  /** Once every feeder has told the day. */
  #compareFeeders(day: number): void {
    const feeders = this.#draft.power
      .filter(({ subject }) => subject.id > 0)
      .map(({ subject }) => ({ subject, state: this.#byName.get(nameOf(subject)) }));
    if (feeders.length < 2 || feeders.some(({ state }) => state?.book.lastDay !== day)) return;
    const known = feeders.flatMap(({ subject, state }) =>
      state ? [{ subject, history: state.book.history, state: state.shift }] : [],
    );
    judgeFeederShares(known, day, this.#context);
  }

  #index(): void {
    this.#byName.clear();
    for (const state of this.#draft.energy) this.#byName.set(state.name, state);
  }
}

function initial(subject: PowerSubject): EnergyState {
  return {
    name: nameOf(subject),
    lastMs: null,
    bin: emptyBin(),
    book: initialEnergyBook(),
    share: formerShare.init(subject),
    night: nightRatio.init(subject),
    surge: daySurge.init(subject),
    shift: { open: null },
  };
}

function nameOf({ device, point }: PowerSubject): string {
  return `${device}/${point}`;
}
