import type { ChannelsRecord } from "@sealwatch/protocols";
import type { GatewayState } from "./gateway-state.ts";
import { deviceSilent, type SilenceState } from "./rules/device-silent.ts";
import type { RuleContext } from "./rules/rule.ts";

/** Devices whose silence is followed. */
const DEVICES_MAX = 64;
/** Of a silent device without a channel that some rule judges: channels by which it is heard. */
const CHANNELS_MAX = 4;

type Channels = ReadonlyMap<number, { readonly subject: { readonly device: string } }>;

/**
 * Brings losses and returns of devices to the rule about silence. A run of the gateway says only of devices that it lost itself that
 * they are back: after a restart or another configuration their readings say so. Changes the draft it was given.
 */
export class SilenceWatch {
  readonly #draft: GatewayState;
  readonly #context: RuleContext;
  /** By channel number the silent devices that a reading brings back. */
  readonly #awaited = new Map<number, string>();

  constructor(draft: GatewayState, context: RuleContext) {
    this.#draft = draft;
    this.#context = context;
  }

  /** The silent device that a good reading of this channel brings back, or null. */
  awaited(channel: number): string | null {
    return this.#awaited.get(channel) ?? null;
  }

  /** The gateway lost the device, or it is back. */
  tell(device: string, type: "lost" | "regained", told: { utcMs: number; isDark: boolean }): void {
    const state = this.#stateOf(device);
    if (!state || this.#isOutdated(state)) return;
    deviceSilent.step(state, { device }, { type, ...told }, this.#context);
    if (type === "regained" || !state.lost) return;
    state.lost.toldIn = this.#context.place.epoch;
    delete state.lost.isUnsaid;
  }

  /** From here on this run of the gateway does not say that a device it lost is back, or said so in records that are missing. */
  forget(channels: Channels): void {
    const { epoch } = this.#context.place;
    for (const { state } of this.#draft.devices) if (state.lost?.toldIn === epoch) state.lost.isUnsaid = true;
    this.index(channels);
  }

  /** A new list of the newest run: of a silent device that it has no more the removal is told; one that it has again is silent still. */
  channels(
    { channels }: ChannelsRecord,
    judged: Channels,
    { utcMs, isDark }: { utcMs: number; isDark: (device: string) => boolean },
  ): void {
    const listed = new Set(channels.map(({ device }) => device));
    const heard = new Set([...judged.values()].map(({ subject }) => subject.device));
    for (const { device, state } of this.#draft.devices) {
      if (!state.lost) continue;
      delete state.lost.channels;
      const type = listed.has(device) ? "listed" : "removed";
      deviceSilent.step(state, { device }, { type, utcMs, isDark: isDark(device) }, this.#context);
      if (type === "listed" && !heard.has(device)) {
        const own = channels.filter((channel) => channel.device === device).map(({ id }) => id);
        state.lost.channels = own.slice(0, CHANNELS_MAX);
      }
    }
    this.index(judged);
  }

  /** Knows anew whom a reading brings back. */
  index(judged: Channels): void {
    this.#awaited.clear();
    const { epoch } = this.#context.place;
    const awaited = new Set<string>();
    for (const { device, state } of this.#draft.devices) {
      const { lost } = state;
      if (!lost) continue;
      const isLater = this.#order(epoch) > this.#order(lost.toldIn);
      if (!isLater && !(lost.toldIn === epoch && lost.isUnsaid)) continue;
      awaited.add(device);
      for (const channel of lost.channels ?? []) this.#awaited.set(channel, device);
    }
    if (awaited.size === 0) return;
    for (const [channel, { subject }] of judged)
      if (awaited.has(subject.device)) this.#awaited.set(channel, subject.device);
  }

  /** True for what comes late from a run of the gateway after which a later one lost the device itself, or never did. */
  #isOutdated({ lost }: SilenceState): boolean {
    const order = this.#order(this.#context.place.epoch);
    return order < (lost ? this.#order(lost.toldIn) : this.#draft.epochs.length - 1);
  }

  /** Runs of the gateway in the order in which they began; those that are forgotten came before all others. */
  #order(epoch: string): number {
    return this.#draft.epochs.findIndex((known) => known.epoch === epoch);
  }

  #stateOf(device: string): SilenceState | null {
    const { devices } = this.#draft;
    const known = devices.find((other) => other.device === device);
    if (known) return known.state;
    if (devices.length >= DEVICES_MAX) return null;
    const state = deviceSilent.init({ device });
    devices.push({ device, state });
    return state;
  }
}
