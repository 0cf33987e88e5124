import { type PlottedCase, scenarioCase, vocFaultCase } from "./rule-plot-case.ts";
import { drawRulePlot } from "./rule-plot-drawing.ts";
import { RULE_PLOTS, type RulePlotSpec } from "./rule-plot-specs.ts";

/** One plot of docs/plots: its name, what it shows, and its case. */
interface RulePlot extends Pick<RulePlotSpec, "name" | "title" | "panels" | "rules"> {
  readonly play: () => PlottedCase;
}

/** Every plot of docs/plots, from the live code over simulated data. */
export const rulePlots: readonly RulePlot[] = [
  ...RULE_PLOTS.map((spec) => ({ ...spec, play: () => scenarioCase(spec) })),
  {
    name: "voc-fault",
    title: "气体传感器卡死：不明，并非正常 A gas sensor that is stuck: unknown, not normal",
    panels: [
      {
        unit: "ppb",
        per: 1,
        lines: [{ label: "挥发物 VOC", device: "gas", point: "voc", colour: "#2e8b57" }],
      },
    ],
    rules: ["voc-fault"],
    play: vocFaultCase,
  },
];

/** The plot as SVG. */
export function svgOf(plot: RulePlot): string {
  return drawRulePlot(plot, plot.play());
}
