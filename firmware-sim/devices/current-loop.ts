import type { Plant } from "../plant/plant.ts";
import type { CurrentLoop } from "./device-config.ts";

/** Where a transmitter stops: under- and overrange by NAMUR NE 43. */
const SIGNAL_MIN_MA = 3.8;
const SIGNAL_MAX_MA = 20.5;
/** Supply of a supervised contact, its end-of-line resistor, and the one that its contact bridges while closed. */
const LOOP_SUPPLY_V = 24;
const END_OF_LINE_OHM = 2000;
const CONTACT_OHM = 1000;
/** What a shorted loop draws: the supply limits it. */
const SHORTED_MA = 22;

/** The current of a loop, in mA; 0 when nothing is wired or a wire is cut. */
export function loopCurrentMa(loop: CurrentLoop | undefined, plant: Plant): number {
  if (!loop) return 0;
  const damage = plant.loopDamage(loopId(loop));
  if (damage === "cut") return 0;
  if (damage === "short") return SHORTED_MA;
  if ("contact" in loop) {
    const ohm = END_OF_LINE_OHM + (plant.contactClosed(loop.contact) ? 0 : CONTACT_OHM);
    return (LOOP_SUPPLY_V / ohm) * 1000;
  }
  const share = (plant.measurands[loop.measures] - loop.at4Ma) / (loop.at20Ma - loop.at4Ma);
  return Math.min(SIGNAL_MAX_MA, Math.max(SIGNAL_MIN_MA, 4 + 16 * share));
}

/** What a scenario calls the loop: the transmitter's id, or the contact's. */
export function loopId(loop: CurrentLoop): string {
  return "contact" in loop ? loop.contact : loop.id;
}
