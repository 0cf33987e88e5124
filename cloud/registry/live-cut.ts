import type { GatewayState } from "../detect/gateway-state.ts";
import { isProvenDead } from "../detect/rules/cut-feeder.ts";

/** What machines say of a cut right now. `unknown` where nobody looks: never taken for cut. */
export type LiveCut = "proven-cut" | "live" | "unproven" | "unknown";

/** What the fold of one gateway knows, and whether it can be heard. */
export interface CutWitness {
  readonly heard: boolean;
  readonly detection: Pick<GatewayState, "feeders" | "water" | "devices">;
}

/** What was seen longer ago than this says nothing of now. */
const FRESH_MS = 60 * 60_000;
/** A supply through which nothing ran for so long counts as cut. */
const WATER_STILL_MS = 24 * 60 * 60_000;

/** 断电 as machines see it: proven when every feeder is proven dead, live as soon as one is not. Pure. */
export function livePowerCut(
  feeders: readonly string[],
  witnesses: readonly CutWitness[],
  nowMs: number,
): LiveCut {
  return together(
    feeders.map((feeder) => {
      const seen = witnesses.flatMap(({ heard, detection }) =>
        detection.feeders
          .filter((held) => held.feeder === feeder)
          .map(({ state }): LiveCut => {
            if (!heard) return "unknown";
            if (state.open !== null || state.live.length > 0) return "live";
            if (state.deadSeenMs === null || nowMs - state.deadSeenMs > FRESH_MS) return "unknown";
            return isProvenDead(state) ? "proven-cut" : "unproven";
          }),
      );
      return together(seen);
    }),
  );
}

/** 断水 as the meters of these supplies see it. Pure. */
export function liveWaterCut(
  supplies: readonly string[],
  witnesses: readonly CutWitness[],
  nowMs: number,
): LiveCut {
  return together(
    supplies.map((supply) => {
      const seen = witnesses.flatMap(({ heard, detection }) =>
        detection.water
          .filter(({ subject }) => subject.feeder === supply)
          .map(({ state }): LiveCut => {
            const { lastMs, open, fromMs, stepFromMs } = state;
            if (!heard || lastMs === null || nowMs - lastMs > FRESH_MS) return "unknown";
            if (open?.kind === "cut") return "live";
            // It was begun to be looked at anew when it was declared cut.
            const stillSinceMs = Math.max(fromMs ?? 0, stepFromMs);
            return lastMs - stillSinceMs > WATER_STILL_MS ? "proven-cut" : "unproven";
          }),
      );
      return together(seen);
    }),
  );
}

/** The worst that any of them says; of nothing nothing is known. */
function together(said: readonly LiveCut[]): LiveCut {
  const order = ["live", "unknown", "unproven", "proven-cut"] as const;
  return order.find((state) => said.includes(state)) ?? "unknown";
}
