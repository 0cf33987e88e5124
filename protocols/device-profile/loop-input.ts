import { z } from "zod";
import type { ChannelKind } from "../vocabulary/channel.ts";
import type { ModbusPoint } from "./device-point.ts";

/** A 4–20 mA input. `low` and `high` are the values at 4 and 20 mA; without them the reading stays a current. */
export const loopSchema = z
  .strictObject({
    /** Below, the wire is broken (NAMUR NE 43). */
    brokenBelowMa: z.number().min(0).max(4).default(3.6),
    /** From here on, the transmitter reports its own failure (NAMUR NE 43). */
    failedFromMa: z.number().min(20).max(25).default(21),
    low: z.number().optional(),
    high: z.number().optional(),
  })
  .refine(({ low, high }) => (low === undefined) === (high === undefined) && (low ?? 0) !== (high ?? 1), {
    message: "write low and high, the different values at 4 and 20 mA, or neither",
  });

type Loop = z.output<typeof loopSchema>;

/** What a transmitter on a loop measures, as a gateway's configuration says. */
export interface LoopMeaning {
  readonly kind: ChannelKind;
  readonly unit: string;
  /** Value at 4 mA. */
  readonly low: number;
  /** Value at 20 mA. */
  readonly high: number;
  readonly decimals: number;
}

const ZERO_MA = 4;
const SPAN_MA = 16;
/** A healthy signal lies in 3.8 … 20.5 mA (NAMUR NE 43). */
const HEALTHY_MA = [3.8, 20.5] as const;

/** The value that a loop current means; null where the wire is broken or the transmitter reports a failure. */
export function loopValue(loop: Loop, currentMa: number): number | null {
  if (currentMa < loop.brokenBelowMa || currentMa >= loop.failedFromMa) return null;
  const { low, high } = loop;
  return low === undefined || high === undefined ? currentMa : engineering(low, high, currentMa);
}

/** The point of a current input as a point of what its transmitter measures. Null for a point that is no loop. */
export function configureLoop(point: ModbusPoint, meaning: LoopMeaning): ModbusPoint | null {
  if (!point.loop) return null;
  const { low, high, kind, unit, decimals } = meaning;
  const [least, most] = HEALTHY_MA.map((limit) => engineering(low, high, limit)).sort((a, b) => a - b);
  return {
    ...point,
    kind,
    unit,
    decimals,
    range: [least ?? low, most ?? high],
    loop: { ...point.loop, low, high },
  };
}

function engineering(low: number, high: number, currentMa: number): number {
  return low + ((currentMa - ZERO_MA) / SPAN_MA) * (high - low);
}
