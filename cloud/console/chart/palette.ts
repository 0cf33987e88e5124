import { useEffect, useState } from "preact/hooks";
import type { Level } from "../../api/contract.ts";

/** The colours a canvas needs, read from the style sheet so that light and dark are written once. */
export interface Palette {
  readonly text: string;
  readonly grid: string;
  readonly lines: readonly string[];
  readonly spread: string;
  readonly band: string;
  readonly bandEdge: string;
  readonly hatch: string;
  readonly hatchGround: string;
  readonly abnormal: string;
  readonly normal: string;
  readonly surface: string;
  readonly levels: Readonly<Record<Level, string>>;
}

/** The palette of the present colour scheme, renewed when that changes. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const renew = () => setPalette(readPalette());
    dark.addEventListener("change", renew);
    return () => dark.removeEventListener("change", renew);
  }, []);
  return palette;
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour("ink-soft"),
    grid: colour("chart-grid"),
    lines: [colour("chart-line"), colour("chart-line-2"), colour("chart-line-3")],
    spread: colour("chart-spread"),
    band: colour("chart-band"),
    bandEdge: colour("chart-band-edge"),
    hatch: colour("chart-hatch"),
    hatchGround: colour("chart-hatch-ground"),
    abnormal: colour("chart-abnormal"),
    normal: colour("chart-normal"),
    surface: colour("surface"),
    levels: {
      none: colour("ink-soft"),
      blue: colour("blue"),
      yellow: colour("yellow"),
      orange: colour("orange"),
      red: colour("red"),
    },
  };
}
