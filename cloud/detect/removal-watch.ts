import type { ChannelsRecord } from "@sealwatch/protocols";
import type { GatewayState } from "./gateway-state.ts";
import { deviceRemoved, type Measured, type RemovedState } from "./rules/device-removed.ts";
import type { RuleContext } from "./rules/rule.ts";
import type { Subject } from "./rules/subject.ts";

/** Devices whose absence is followed; while any is absent the site is unknown. */
const REMOVED_MAX = 64;

/** When a list is from, UTC: null while nobody knows; and the last time that was known then. */
export interface ListTime {
  readonly utcMs: number | null;
  readonly heldMs: number | null;
}

/** Brings devices that a channel list has no more to their rule. Changes the draft it was given. */
export class RemovalWatch {
  readonly #draft: GatewayState;
  readonly #context: RuleContext;

  constructor(draft: GatewayState, context: RuleContext) {
    this.#draft = draft;
    this.#context = context;
  }

  /**
   * A new list of the newest run, after silences know of it. `before` is by device what rules judged until now. Returns the
   * devices that were taken off by it.
   */
  channels(
    { channels }: ChannelsRecord,
    before: ReadonlyMap<string, readonly Measured[]>,
    { utcMs, heldMs }: ListTime,
  ): string[] {
    const { removed, devices } = this.#draft;
    const listed = new Set(channels.map(({ device }) => device));
    for (const { device, state } of removed) {
      if (listed.has(device)) this.#list(device, state, utcMs);
    }
    const gone = new Map([...before].filter(([device]) => !listed.has(device)));
    for (const { device, state } of devices)
      if (state.lost?.isRemoved && !gone.has(device)) gone.set(device, []);
    for (const { device, state } of removed) if (isMissed(state) && !state.isListed) gone.delete(device);
    for (const [device, measured] of gone) {
      const silentSinceMs = this.#silenceOf(device)?.openedAtMs ?? null;
      const heardMs = this.#heardMs(device);
      this.#tell(device, { type: "removed", utcMs: heldMs, measured, heardMs, silentSinceMs });
    }
    this.#forget(utcMs);
    return [...gone.keys()];
  }

  /** A dated record: what was taken off or listed again while nobody knew the time is told. */
  dated(utcMs: number): void {
    if (this.#draft.removed.length === 0) return;
    for (const { device, state } of this.#draft.removed)
      deviceRemoved.step(state, { device }, { type: "dated", utcMs }, this.#context);
    this.#forget(utcMs);
  }

  /** A person accepted which instruments the site has: those that were taken off until then are missed no more. */
  accepted(utcMs: number, by: string): void {
    const draft = this.#draft;
    for (const { device, state } of draft.removed) {
      if (!state.open) continue;
      deviceRemoved.step(state, { device }, { type: "accepted", utcMs, by }, this.#context);
      const silent = draft.devices.find((other) => other.device === device);
      if (silent?.state.lost?.isRemoved) silent.state.lost = null;
    }
    this.#forget(utcMs);
  }

  #list(device: string, state: RemovedState, utcMs: number | null): void {
    // Where its silence goes on, that takes over.
    const silentMs = this.#silenceOf(device)?.openedAtMs ?? -Infinity;
    const atMs = utcMs === null ? null : Math.max(utcMs, silentMs);
    deviceRemoved.step(state, { device }, { type: "listed", utcMs: atMs }, this.#context);
  }

  /** Devices that are listed, or missed no more. One whose finding had no extent is kept for that moment, for another needs another name. */
  #forget(utcMs: number | null): void {
    const draft = this.#draft;
    draft.removed = draft.removed.filter(
      ({ state }) =>
        isMissed(state) || (state.endedMs !== undefined && (utcMs === null || utcMs <= state.endedMs)),
    );
  }

  #tell(device: string, observation: Parameters<typeof deviceRemoved.step>[2]): void {
    const { removed } = this.#draft;
    let held = removed.find((other) => other.device === device);
    if (!held) {
      if (removed.length >= REMOVED_MAX) return;
      held = { device, state: deviceRemoved.init({ device }) };
      removed.push(held);
    }
    deviceRemoved.step(held.state, held, observation, this.#context);
  }

  #silenceOf(device: string): { openedAtMs: number } | null {
    return this.#draft.devices.find((other) => other.device === device)?.state.lost ?? null;
  }

  /** When a quantity of the device was last read; null for one that only has contacts. */
  #heardMs(device: string): number | null {
    const { power, voc, water } = this.#draft;
    const times = [...power, ...voc, ...water].flatMap(({ subject, state }) =>
      subject.device === device && state.lastMs !== null ? [state.lastMs] : [],
    );
    return times.length === 0 ? null : Math.max(...times);
  }
}

function isMissed({ open, pending }: RemovedState): boolean {
  return open !== undefined || pending !== undefined;
}

/** By device what is seen through these channels. */
export function measuredBy(subjects: Iterable<Subject>): Map<string, Measured[]> {
  const measured = new Map<string, Measured[]>();
  for (const subject of subjects) {
    const own = measured.get(subject.device) ?? [];
    const what = measuredOf(subject);
    if (!own.includes(what)) own.push(what);
    measured.set(subject.device, own);
  }
  return measured;
}

function measuredOf(subject: Subject): Measured {
  if (subject.kind === "contact") return subject.role;
  if (subject.kind === "feeder" || subject.kind === "air") return subject.measures;
  return subject.kind === "load" ? "power" : subject.kind;
}
