import type { BaselineView } from "../../api/contract.ts";

/** A learned day as SVG points: the band's outline and its middle, scaled from zero (or the lowest low) to the highest high. */
export function bandOutline(
  hours: BaselineView["hours"],
  width: number,
  height: number,
): { band: string; mid: string } {
  const top = Math.max(...hours.map((hour) => hour.high));
  const bottom = Math.min(0, ...hours.map((hour) => hour.low));
  const span = top - bottom || 1;
  const at = (value: number, i: number) => {
    const x = (i * width) / Math.max(1, hours.length - 1);
    const y = height - ((value - bottom) / span) * height;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  const over = hours.map((hour, i) => at(hour.high, i));
  const under = hours.map((hour, i) => at(hour.low, i)).reverse();
  return { band: [...over, ...under].join(" "), mid: hours.map((hour, i) => at(hour.mid, i)).join(" ") };
}
