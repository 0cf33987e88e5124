import { changedLinks } from "./config-change.ts";
import type { GatewayConfig } from "./gateway-config.ts";

type Sensed = Pick<GatewayConfig, "links" | "devices">;

/** So many polls of the fastest device must be enough to answer once. */
const TRIAL_POLLS = 3;
const TRIAL_MIN_MS = 15_000;
const TRIAL_MAX_MS = 60_000;

/** How long a new configuration may take until it polls, and until the cloud answers where that is asked otherwise. */
export function trialLengthMs(
  devices: readonly { readonly intervalMs: number }[],
  otherBroker = false,
): number {
  if (otherBroker) return TRIAL_MAX_MS;
  const fastestMs = Math.min(...devices.map(({ intervalMs }) => intervalMs));
  return Math.min(TRIAL_MAX_MS, Math.max(TRIAL_MIN_MS, TRIAL_POLLS * fastestMs));
}

/** Who must answer for a new configuration to stay. */
export interface TrialTerms {
  /** Each of these: they answered until now. */
  readonly devices: readonly string[];
  /** One device of each of these: the links that changed. */
  readonly links: readonly { readonly link: string; readonly devices: readonly string[] }[];
}

/** The terms of going over from `running` to `wanted`, while the devices of `answering` answer. Pure. */
export function trialTerms(running: Sensed, wanted: Sensed, answering: ReadonlySet<string>): TrialTerms {
  const on = (link: string) =>
    wanted.devices.filter((device) => device.link === link).map((device) => device.id);
  return {
    devices: wanted.devices.map(({ id }) => id).filter((id) => answering.has(id)),
    links: changedLinks(running, wanted)
      .map((link) => ({ link, devices: on(link) }))
      .filter(({ devices }) => devices.length > 0),
  };
}

/** Why the terms are not met by the devices that have answered so far; null once they are. */
export function unmetTerm(terms: TrialTerms, answered: ReadonlySet<string>): string | null {
  const silent = terms.devices.filter((id) => !answered.has(id));
  if (silent.length > 0) return `${silent.join(", ")} answered before and did not answer with it`;
  const dead = terms.links.find(({ devices }) => !devices.some((id) => answered.has(id)));
  return dead ? `no device of ${dead.link} answered: ${dead.devices.join(", ")}` : null;
}
