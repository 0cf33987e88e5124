import type { DecodedPoint, JournalRecord } from "@sealwatch/protocols";
import { type Chatter, limitChatter, NO_CHATTER } from "./chatter-limit.ts";
import { type DebounceBounds, debounce, type Unconfirmed } from "./contact-debounce.ts";
import {
  type ContactState,
  type ContactStep,
  cutRun,
  observeContact,
  unknownContact,
} from "./contact-run.ts";
import type { PlannedPoint } from "./poll-plan.ts";

/** One contact or seal loop as known so far. */
interface Watched {
  readonly point: string;
  contact: ContactState;
  /** A position that is not believed yet. */
  unconfirmed: Unconfirmed | null;
  chatter: Chatter;
}

/** Turns the polls of one device's contacts and seal loops into changes and proof of polling. */
export class ContactWatch {
  readonly #watched: readonly Watched[];
  readonly #bounds: DebounceBounds;
  readonly #append: (record: JournalRecord) => void;

  constructor(
    contacts: readonly PlannedPoint[],
    bounds: DebounceBounds,
    append: (record: JournalRecord) => void,
  ) {
    this.#bounds = bounds;
    this.#append = append;
    this.#watched = contacts.map(({ channel, point }) => ({
      point: point.id,
      contact: unknownContact(channel),
      unconfirmed: null,
      chatter: NO_CHATTER,
    }));
  }

  /** True while a change waits for the poll that confirms it. */
  get waits(): boolean {
    return this.#watched.some(({ unconfirmed }) => unconfirmed !== null);
  }

  /** Takes one poll; a point without a value was not seen. */
  observe(atMs: number, points: ReadonlyMap<string, DecodedPoint>): void {
    for (const watched of this.#watched) {
      const poll = { value: points.get(watched.point)?.scaled ?? null, atMs };
      const step = debounce(watched.contact.value, watched.unconfirmed, poll, this.#bounds);
      watched.unconfirmed = step.unconfirmed;
      for (const believed of step.believed)
        this.#take(watched, observeContact(watched.contact, believed.value, believed.atMs), believed.atMs);
    }
  }

  /** Writes down the proof of polling so far. */
  cutRuns(): void {
    for (const watched of this.#watched) {
      const { state, records } = cutRun(watched.contact);
      watched.contact = state;
      for (const record of records) this.#append(record);
    }
  }

  #take(watched: Watched, { state, records }: ContactStep, atMs: number): void {
    const position = state.run ? state.value : null;
    const limited = limitChatter(watched.chatter, records, { channel: state.channel, position, atMs });
    watched.contact = state;
    watched.chatter = limited.chatter;
    for (const record of limited.records) this.#append(record);
  }
}
