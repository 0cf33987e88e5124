/** What a fault needs to know: the smallest and largest value, and the one taken when none is given. */
interface FaultValue {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

const DEVICE_FAULTS = {
  /** Answers nothing. */
  silence: null,
  /** Answers `value` milliseconds late. */
  late: { min: 1, max: 60_000, default: 1500 },
  /** The checksum of its answers is wrong. */
  "bad-crc": null,
  /** Answers everything with exception `value`. */
  exception: { min: 1, max: 255, default: 4 },
  /** The last `value` bytes of its answers are lost. */
  "drop-bytes": { min: 1, max: 255, default: 1 },
  /** A second device with its address answers at the same moment. */
  clash: null,
  /** Another meter hangs in its place: serial number `value`, energy counted from there on. */
  "meter-swap": { min: 1, max: 99_999_999, default: 90_210_077 },
  /** Its clock is set `value` seconds ahead of the right time (below 0: behind). */
  "clock-set": { min: -86_400, max: 86_400, default: 3600 },
  /** Its current transformers are set to `value` : 1. */
  "ct-ratio": { min: 1, max: 9999, default: 10 },
} as const;

const LINE_FAULTS = {
  /** Noise on the line every `value` milliseconds. */
  babble: { min: 5, max: 60_000, default: 200 },
  /** The adapter hears what it sends. */
  echo: null,
  /** Answers take `value` times as long on the wire. */
  slow: { min: 1, max: 100, default: 4 },
} as const;

export type DeviceFault = keyof typeof DEVICE_FAULTS;
export type LineFault = keyof typeof LINE_FAULTS;
export type FaultVerb = DeviceFault | LineFault;

/** What scenario files call the line itself. */
export const LINE = "line";
export const DEVICE_FAULT_VERBS = Object.keys(DEVICE_FAULTS) as DeviceFault[];
export const LINE_FAULT_VERBS = Object.keys(LINE_FAULTS) as LineFault[];

export function isDeviceFault(verb: string): verb is DeviceFault {
  return verb in DEVICE_FAULTS;
}

export function isLineFault(verb: string): verb is LineFault {
  return verb in LINE_FAULTS;
}

/** The bounds of a fault's value; null when it takes none. */
export function faultValueOf(verb: FaultVerb): FaultValue | null {
  return isLineFault(verb) ? LINE_FAULTS[verb] : DEVICE_FAULTS[verb];
}
