import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulePlots, svgOf } from "./rule-plots.ts";

const FOLDER = join("docs", "plots");

mkdirSync(FOLDER, { recursive: true });
for (const plot of rulePlots) {
  writeFileSync(join(FOLDER, `${plot.name}.svg`), svgOf(plot));
  console.log(join(FOLDER, `${plot.name}.svg`));
}
