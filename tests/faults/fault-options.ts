import { parseArgs } from "node:util";

const MINUTES_DEFAULT = 10;
const MINUTES_LONG = 60;
const SEED_MAX = 2 ** 32;

/** What a run is asked for. */
export interface FaultOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Keep the folder for people to look at. */
  readonly keep: boolean;
}

/** Reads `--seed N --minutes M --long --keep`. Throws what is wrong with them. */
export function parseFaultOptions(args: readonly string[]): FaultOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      seed: { type: "string", default: String(Math.floor(Math.random() * SEED_MAX)) },
      minutes: { type: "string" },
      long: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const minutes = Number(values.minutes ?? (values.long ? MINUTES_LONG : MINUTES_DEFAULT));
  const seed = Number(values.seed);
  if (!(minutes > 0)) throw new Error("--minutes: write a number above 0");
  if (!Number.isInteger(seed) || seed < 0 || seed >= SEED_MAX)
    throw new Error("--seed: write a whole number from 0 to 4294967295");
  return { seed, minutes, keep: values.keep };
}
