import type { ChannelKind } from "../vocabulary/channel.ts";
import type { ModbusPoint } from "./device-point.ts";
import { engineeringValue } from "./loop-input.ts";
import type { SealLoop } from "./seal-loop.ts";

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

/** A healthy signal lies in 3.8 … 20.5 mA (NAMUR NE 43). */
const HEALTHY_MA = [3.8, 20.5] as const;

/** The point of a current input as a point of what its transmitter measures. Null for a point that is no loop. */
export function configureLoop(point: ModbusPoint, meaning: LoopMeaning): ModbusPoint | null {
  if (!point.loop) return null;
  const { low, high, kind, unit, decimals } = meaning;
  const [least, most] = HEALTHY_MA.map((limit) => engineeringValue(low, high, limit)).sort((a, b) => a - b);
  return {
    ...point,
    kind,
    unit,
    decimals,
    range: [least ?? low, most ?? high],
    loop: { ...point.loop, low, high },
  };
}

/** The point of a current input as a point of kind `seal-loop`. */
export function configureSealLoop(point: ModbusPoint, sealLoop: SealLoop): ModbusPoint {
  const { loop: _, ...rest } = point;
  return { ...rest, kind: "seal-loop", unit: "", decimals: 0, range: [0, 3], sealLoop };
}
