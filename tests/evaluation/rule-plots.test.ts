import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { marksOf } from "./rule-plot-drawing.ts";
import { rulePlots } from "./rule-plots.ts";

const DOCS = fileURLToPath(new URL("../../docs/", import.meta.url));
/** Thresholds may move by less without the picture telling anything else. */
const HOURS_APART_MAX = 0.5;

describe("the plots of the manual", () => {
  const manual = readFileSync(`${DOCS}detection.md`, "utf8");

  it.each(rulePlots)("$name shows what the live code finds; otherwise: npm run plots", (plot) => {
    const svg = readFileSync(`${DOCS}plots/${plot.name}.svg`, "utf8");
    const desc = /<desc>(.*)<\/desc>/.exec(svg)?.[1]?.replaceAll("&quot;", '"') ?? "[]";
    const drawn: ReturnType<typeof marksOf> = JSON.parse(desc);
    const found = marksOf(plot.rules, plot.play());
    expect(drawn.map(({ rule, strongest }) => [rule, strongest])).toEqual(
      found.map(({ rule, strongest }) => [rule, strongest]),
    );
    for (const [index, { hours }] of found.entries())
      expect(Math.abs((drawn[index]?.hours ?? 0) - (hours ?? 0))).toBeLessThanOrEqual(HOURS_APART_MAX);
    expect(found.some(({ strongest }) => strongest !== "none")).toBe(true);
    expect(manual).toContain(`(plots/${plot.name}.svg)`);
  });
});
