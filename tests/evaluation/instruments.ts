import type { Plant, Scenario } from "@sealwatch/firmware-sim";
import type { ChannelDescription, ChannelKind } from "@sealwatch/protocols";

type Device = Scenario["devices"][number];
type Measurand = keyof Plant["measurands"];
type Phase = NonNullable<ChannelDescription["phase"]>;

/** One value that a device gives: what it measures, and how well. */
export interface Point {
  readonly point: string;
  readonly kind: ChannelKind;
  readonly phase?: Phase;
  readonly unit: string;
  readonly decimals: number;
  readonly measurand: Measurand;
  /** Deviation of the unit's own gain error, as a share: one draw for its whole life. */
  readonly gainShare: number;
  /** Deviation of the noise of one reading, in the unit. */
  readonly white: number;
}

/** A device and where its channels begin. */
export interface Instrument {
  readonly device: Device;
  readonly points: readonly Point[];
  readonly firstId: number;
}

/** Channel numbers of one device. */
const IDS_PER_DEVICE = 32;
/** Class 1 of IEC 62053-21: two deviations are one percent. */
const CLASS_1_SHARE = 0.005;

const phases = (
  kind: ChannelKind,
  unit: string,
  decimals: number,
  of: (phase: "L1" | "L2" | "L3") => Measurand,
  errors: { gainShare: number; white: number },
): Point[] =>
  (["L1", "L2", "L3"] as const).map((phase) => ({
    point: `${kind === "active-power" ? "power" : kind}-${phase.toLowerCase()}`,
    kind,
    phase,
    unit,
    decimals,
    measurand: of(phase),
    ...errors,
  }));

const METER: readonly Point[] = [
  {
    point: "power-total",
    kind: "active-power",
    phase: "total",
    unit: "W",
    decimals: 1,
    measurand: "powerW",
    gainShare: CLASS_1_SHARE,
    white: 0.3,
  },
  ...phases("active-power", "W", 1, (phase) => `power${phase}W`, { gainShare: CLASS_1_SHARE, white: 0.3 }),
  ...phases("voltage", "V", 1, (phase) => `voltage${phase}V`, { gainShare: 0.002, white: 0.05 }),
  ...phases("current", "A", 3, (phase) => `current${phase}A`, { gainShare: 0.002, white: 0.002 }),
  {
    point: "power-factor-total",
    kind: "power-factor",
    phase: "total",
    unit: "",
    decimals: 3,
    measurand: "powerFactor",
    gainShare: 0.002,
    white: 0.001,
  },
  {
    point: "energy-import",
    kind: "energy-import",
    phase: "total",
    unit: "kWh",
    decimals: 2,
    measurand: "importKwh",
    gainShare: 0,
    white: 0,
  },
];

const GAS: readonly Point[] = [
  { point: "voc", kind: "voc", unit: "ppb", decimals: 0, measurand: "vocPpb", gainShare: 0.03, white: 1 },
  {
    point: "temperature",
    kind: "temperature",
    unit: "°C",
    decimals: 1,
    measurand: "temperatureC",
    gainShare: 0,
    white: 0.1,
  },
  {
    point: "humidity",
    kind: "humidity",
    unit: "%RH",
    decimals: 1,
    measurand: "humidityPercent",
    gainShare: 0.01,
    white: 0.2,
  },
];

const WATER: readonly Point[] = [
  {
    point: "water-volume",
    kind: "water-volume",
    unit: "m³",
    decimals: 2,
    measurand: "waterM3",
    gainShare: 0,
    white: 0,
  },
];

/** The zero of a flow meter wanders by some litres an hour. */
const FLOW: readonly Point[] = [
  {
    point: "water-flow",
    kind: "water-flow",
    unit: "m3/h",
    decimals: 3,
    measurand: "waterM3PerHour",
    gainShare: CLASS_1_SHARE,
    white: 0.005,
  },
];

const POINTS: Readonly<Record<string, readonly Point[]>> = {
  "eastron-sdm630": METER,
  "tvoc-multi-sensor": GAS,
  "gavazzi-vmu-mc": WATER,
  "tuf-2000m": FLOW,
};

const PROFILES: Readonly<Record<string, string>> = {
  "eastron-sdm630": "eastron/sdm630@1",
  "tvoc-multi-sensor": "generic/tvoc-board@1",
  "gavazzi-vmu-mc": "carlo-gavazzi/vmu-mc@1",
  "tuf-2000m": "generic/tuf-2000m@1",
  "waveshare-io-8ch": "waveshare/modbus-rtu-io-8ch@1",
};

/** The feeder that carries all others. */
export const INCOMER = "incomer";
/** What is measured is the water supply, or the feeder that the device names. */
const SUPPLIES: Readonly<Record<string, (device: Device) => string>> = {
  "eastron-sdm630": ({ feeder }) => feeder,
  "gavazzi-vmu-mc": () => "water",
  "tuf-2000m": () => "water",
};

/** The instruments of a scenario, with channel numbers. */
export function instrumentsOf(devices: readonly Device[]): Instrument[] {
  return devices.map((device, index) => ({
    device,
    points: POINTS[device.model] ?? [],
    firstId: 1 + index * IDS_PER_DEVICE,
  }));
}

/** What the gateway would say of its channels. */
export function channelsOf(instruments: readonly Instrument[], intervalMs: number): ChannelDescription[] {
  return instruments.flatMap(({ device, points, firstId }) => {
    const feeder = SUPPLIES[device.model]?.(device);
    const base = {
      device: device.id,
      profile: PROFILES[device.model] ?? device.model,
      supply: device.supply === "mains" ? ("own-feeder" as const) : ("battery" as const),
    };
    const values = points.map(
      ({ point, kind, phase, unit, decimals }, index): ChannelDescription => ({
        ...base,
        id: firstId + index,
        point,
        kind,
        ...(phase ? { phase } : {}),
        unit,
        decimals,
        intervalMs,
        ...(feeder === undefined ? {} : { feeder }),
        label: "",
      }),
    );
    const contacts = device.inputs.map(
      (contact, index): ChannelDescription => ({
        ...base,
        id: firstId + index,
        point: `di${index + 1}`,
        kind: "contact",
        unit: "",
        decimals: 0,
        intervalMs: 1_000,
        contact: { role: roleOf(contact), normal: 1 },
        // It proves the supply that the meter is on.
        ...(roleOf(contact) === "mains-present" ? { feeder: INCOMER } : {}),
        label: contact,
      }),
    );
    return [...values, ...contacts];
  });
}

function roleOf(contact: string): "door" | "seal" | "mains-present" {
  if (contact === "mains-present") return contact;
  return contact.startsWith("seal") ? "seal" : "door";
}
