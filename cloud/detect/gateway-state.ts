import { type Dating, initialDating } from "./dating.ts";
import type { EnergyBook } from "./energy-day.ts";
import type { OpenPermit } from "./permits.ts";
import type { RuleThresholds } from "./rule-thresholds.ts";
import type { BypassState } from "./rules/bypass.ts";
import type { ContactState } from "./rules/contact-opened.ts";
import type { CutFeederState } from "./rules/cut-feeder.ts";
import type { DaySurgeState } from "./rules/day-surge.ts";
import type { RemovedState } from "./rules/device-removed.ts";
import type { SilenceState } from "./rules/device-silent.ts";
import type { FeederShareState } from "./rules/feeder-share.ts";
import type { FormerShareState } from "./rules/former-share.ts";
import type { MachineState, MachineSubject } from "./rules/machine-signature.ts";
import type { NightRatioState } from "./rules/night-ratio.ts";
import type { PowerState } from "./rules/power-rise.ts";
import type {
  AirSubject,
  ContactSubject,
  FeederSubject,
  LoadSubject,
  PowerSubject,
  VocChannel,
  WaterChannel,
} from "./rules/subject.ts";
import type { VocState } from "./rules/voc-rise.ts";
import type { WaterState } from "./rules/water-on-cut.ts";
import type { TimeBin } from "./sequential/time-bin.ts";

/** One power channel's energy, and the rules that look at nothing else. */
export interface EnergyState {
  /** Device and point. */
  readonly name: string;
  lastMs: number | null;
  bin: TimeBin;
  book: EnergyBook;
  share: FormerShareState;
  night: NightRatioState;
  surge: DaySurgeState;
  shift: FeederShareState;
}

/** All that the fold remembers of one gateway. JSON; at most 8 KiB as it is stored (pipeline/stored-state.ts). */
export interface GatewayState {
  dating: Dating;
  /** Latest dated time folded, UTC; a context entry effective before it needs a refold. */
  positionMs: number | null;
  /** Context entries applied so far. */
  contextApplied: number;
  /** The newest epochs in the order in which they began, and the last folded segment of each. */
  epochs: { readonly epoch: string; readonly seq: number }[];
  power: { subject: PowerSubject; state: PowerState }[];
  /** Of the power channels, in their order. */
  energy: EnergyState[];
  contacts: { subject: ContactSubject; state: ContactState }[];
  devices: { readonly device: string; state: SilenceState }[];
  /** Devices that the newest list has no more. */
  removed: { readonly device: string; state: RemovedState }[];
  /** Meter channels that show whether a feeder is alive; their state is the feeder's. */
  meters: FeederSubject[];
  /** What meters say of their phases, for the machines of the same device. */
  loads: LoadSubject[];
  machines: { subject: MachineSubject; state: MachineState }[];
  bypasses: { readonly device: string; state: BypassState }[];
  feeders: { readonly feeder: string; state: CutFeederState }[];
  voc: { subject: VocChannel; state: VocState }[];
  /** Temperature and humidity, for the gas sensors of the same device. */
  air: AirSubject[];
  water: { subject: WaterChannel; state: WaterState }[];
  /** Approved work that is not over yet. */
  permits: OpenPermit[];
  /** What a person set for this site instead of the defaults. */
  thresholds: Partial<RuleThresholds> | null;
  /** Feeders of which an entry said that they were cut, or restored (`sinceMs` null): the configuration says nothing of them any more. */
  cuts: {
    readonly feeder: string;
    readonly sinceMs: number | null;
    readonly nominalV?: number | undefined;
  }[];
  /** When the mains last came back, UTC. */
  mainsReturnMs: number | null;
  /** A gap was told while nobody knew the time: it ends with the next dated record. */
  hasUndatedGap: boolean;
}

/** The state of a gateway that has told nothing yet. */
export function initialGatewayState(): GatewayState {
  return {
    dating: initialDating(),
    positionMs: null,
    contextApplied: 0,
    epochs: [],
    power: [],
    energy: [],
    contacts: [],
    devices: [],
    removed: [],
    meters: [],
    loads: [],
    machines: [],
    bypasses: [],
    feeders: [],
    voc: [],
    air: [],
    water: [],
    permits: [],
    thresholds: null,
    cuts: [],
    mainsReturnMs: null,
    hasUndatedGap: false,
  };
}

/** A copy to be changed in place. An accepted baseline never changes, so copies share it. */
export function draftOf(state: GatewayState): GatewayState {
  const draft = copyJson({ ...state, power: [] as GatewayState["power"] });
  draft.power = state.power.map(({ subject, state: { accepted, ...rest } }) => ({
    subject,
    state: { ...copyJson(rest), accepted },
  }));
  return draft;
}

function copyJson<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyJson) as Value;
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = copyJson(value[key]);
  return copy as Value;
}
