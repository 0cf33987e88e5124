import type { EventRecord, PollingRunRecord } from "@sealwatch/protocols";

/** What is known of one contact: its position, and the proof of polling since the last record of it. */
export interface ContactState {
  readonly channel: number;
  /** 1 closed, 0 open; null before the first answer. */
  readonly value: number | null;
  /** The polls since the last record; null while nothing answers. */
  readonly run: ContactRun | null;
}

interface ContactRun {
  /** Last poll of the record before, or the first poll of all. */
  readonly fromMs: number;
  readonly lastMs: number;
  readonly polls: number;
  readonly longestGapMs: number;
}

/** The next state and the records that it leaves behind. */
export interface ContactStep {
  readonly state: ContactState;
  readonly records: readonly (EventRecord | PollingRunRecord)[];
}

/** A contact that was never polled. */
export function unknownContact(channel: number): ContactState {
  return { channel, value: null, run: null };
}

/** Takes one poll: its position, or null when there was no answer. A change ends the run and is an event. Pure. */
export function observeContact(state: ContactState, value: number | null, atMs: number): ContactStep {
  if (value === null) return endRun(state);
  if (value === state.value) return { state: { ...state, run: extend(state.run, atMs) }, records: [] };
  const event: EventRecord = {
    type: "event",
    atMs,
    event: "contact-changed",
    channel: state.channel,
    value,
    ...(state.value === null ? { note: "initial" } : {}),
  };
  return {
    state: { ...state, value, run: extend(null, atMs) },
    records: [...endRun(state).records, event],
  };
}

/**
 * Writes down the run so far and goes on with it: the next record begins at the poll where this one ends, so that the two prove
 * one uninterrupted stretch.
 */
export function cutRun(state: ContactState): ContactStep {
  const { run } = state;
  if (!run || run.polls === 0) return { state, records: [] };
  const rest: ContactRun = { fromMs: run.lastMs, lastMs: run.lastMs, polls: 0, longestGapMs: 0 };
  return { state: { ...state, run: rest }, records: [toRecord(state, run)] };
}

function endRun(state: ContactState): ContactStep {
  return { state: { ...state, run: null }, records: cutRun(state).records };
}

function extend(run: ContactRun | null, atMs: number): ContactRun {
  if (!run) return { fromMs: atMs, lastMs: atMs, polls: 1, longestGapMs: 0 };
  const gapMs = atMs - run.lastMs;
  return {
    ...run,
    lastMs: atMs,
    polls: run.polls + 1,
    longestGapMs: Math.max(run.longestGapMs, gapMs),
  };
}

function toRecord({ channel, value }: ContactState, run: ContactRun): PollingRunRecord {
  const { fromMs, lastMs, polls, longestGapMs } = run;
  return { type: "run", atMs: lastMs, channel, value: value ?? 0, fromMs, polls, longestGapMs };
}
