import { z } from "zod";

/** The states of a supervised seal loop, as a channel of kind `seal-loop` carries them. */
export const SEAL_LOOP = { open: 0, closed: 1, cut: 2, shorted: 3 } as const;
export type SealLoopState = keyof typeof SEAL_LOOP;

/**
 * A pair of wires to a seal with resistors at its far end: an intact seal shows `closedOhm`, an opened one `openOhm`, a cut pair
 * nothing and a bridged pair a short. The gateway's input measures the current that `supplyV` drives through `seriesOhm` and the loop.
 */
export const sealLoopSchema = z
  .strictObject({
    supplyV: z.number().min(3).max(60),
    /** Input shunt, series resistor and wire. */
    seriesOhm: z.number().min(0).max(100_000),
    closedOhm: z.number().min(50).max(1_000_000),
    openOhm: z.number().min(50).max(1_000_000),
    /** Share by which a resistance may differ and still be that state. */
    tolerance: z.number().min(0.01).max(0.4).default(0.2),
  })
  .refine(({ closedOhm, openOhm, tolerance }) => {
    const [less, more] = [Math.min(closedOhm, openOhm), Math.max(closedOhm, openOhm)];
    return less * (1 + tolerance) < more * (1 - tolerance);
  }, "choose closedOhm and openOhm further apart, or a smaller tolerance");

export type SealLoop = Readonly<z.output<typeof sealLoopSchema>>;

/** Below this share of the smaller resistance the pair is bridged. */
const SHORTED_SHARE = 0.5;
/** Above this multiple of the larger resistance the pair is cut. */
const CUT_MULTIPLE = 2;

/** The loop's state by the current in mA that flows; null between the states, where nothing can be said. */
export function classifySealLoop(loop: SealLoop, currentMa: number): SealLoopState | null {
  const ohm = currentMa > 0 ? (loop.supplyV * 1000) / currentMa - loop.seriesOhm : Number.POSITIVE_INFINITY;
  if (ohm > Math.max(loop.closedOhm, loop.openOhm) * CUT_MULTIPLE) return "cut";
  if (ohm < Math.min(loop.closedOhm, loop.openOhm) * SHORTED_SHARE) return "shorted";
  if (near(ohm, loop.closedOhm)) return "closed";
  return near(ohm, loop.openOhm) ? "open" : null;

  function near(measured: number, nominal: number): boolean {
    return Math.abs(measured - nominal) <= nominal * loop.tolerance;
  }
}
