import type { LineSettings } from "../sense/line-timing.ts";

type Parity = LineSettings["parity"];

export const PARITIES: readonly Parity[] = ["none", "even", "odd"];

/** As link-config.ts takes them, without what nobody sells. */
export const BAUDS = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const;

/** What the shipped profiles' makers deliver, the commonest first. */
export const USUAL_SETTINGS: readonly LineSettings[] = [
  { baud: 9600, parity: "none", stopBits: 1 },
  { baud: 9600, parity: "even", stopBits: 1 },
  { baud: 19_200, parity: "even", stopBits: 1 },
  { baud: 19_200, parity: "none", stopBits: 1 },
  { baud: 2400, parity: "none", stopBits: 1 },
  { baud: 4800, parity: "none", stopBits: 1 },
];

/** Where DL/T 645-2007 meters are found; 2400 8E1 is the standard's (6.1). */
export const USUAL_METER_SETTINGS: readonly LineSettings[] = [
  { baud: 2400, parity: "even", stopBits: 1 },
  { baud: 9600, parity: "even", stopBits: 1 },
  { baud: 1200, parity: "even", stopBits: 1 },
  { baud: 4800, parity: "even", stopBits: 1 },
];

/** Every combination of the given bauds and parities, the usual ones first. */
export function settingsOf(bauds: readonly number[], parities: readonly Parity[]): LineSettings[] {
  const wanted = bauds.flatMap((baud) => parities.map((parity) => ({ baud, parity, stopBits: 1 }) as const));
  const isUsual = (settings: LineSettings) =>
    USUAL_SETTINGS.some((usual) => settingsText(usual) === settingsText(settings));
  return [...wanted.filter(isUsual), ...wanted.filter((settings) => !isUsual(settings))];
}

/** As installers write it: `9600 8N1`. */
export function settingsText({ baud, parity, stopBits }: LineSettings): string {
  return `${baud} 8${{ none: "N", even: "E", odd: "O" }[parity]}${stopBits}`;
}
