import { z } from "zod";
import type { Scoreboard } from "./scoreboard.ts";

/** What a quick evaluation reached when it was last agreed on: less is a regression. */
export const floorSchema = z.strictObject({
  falseAlarmsMax: z.number(),
  redMax: z.number(),
  yellowMax: z.number(),
  scenarios: z.record(
    z.string(),
    z.strictObject({ detectedMin: z.number(), delayMedianMaxS: z.number().nullable() }),
  ),
});

export type Floor = z.output<typeof floorSchema>;

/** Delays may grow by this share and this much before it is a regression. */
const SLACK = { share: 1.25, s: 60 } as const;

/** The floor that these scores would be. */
export function floorFrom(
  { scenarios, falseOrangeRedPerSiteYear, yellowPerSiteYear }: Scoreboard,
  restarts: ReadonlySet<string>,
): Floor {
  return {
    falseAlarmsMax: falseOrangeRedPerSiteYear.alarms,
    redMax: falseOrangeRedPerSiteYear.red,
    yellowMax: yellowPerSiteYear.alarms,
    scenarios: Object.fromEntries(
      Object.entries(scenarios)
        .filter(([name]) => restarts.has(name.replace(/@.*$/, "")))
        .map(([name, { detected, delayMedianS }]) => [
          name,
          {
            detectedMin: detected,
            delayMedianMaxS: delayMedianS === null ? null : Math.round(SLACK.share * delayMedianS + SLACK.s),
          },
        ]),
    ),
  };
}

/** Where the scores fall below the floor, one sentence each. */
export function regressions(
  { scenarios, falseOrangeRedPerSiteYear, yellowPerSiteYear }: Scoreboard,
  floor: Floor,
): string[] {
  const { alarms, red } = falseOrangeRedPerSiteYear;
  const problems: string[] = [];
  if (alarms > floor.falseAlarmsMax)
    problems.push(`${alarms} false orange or red, at most ${floor.falseAlarmsMax}`);
  if (red > floor.redMax) problems.push(`${red} false red, at most ${floor.redMax}`);
  if (yellowPerSiteYear.alarms > floor.yellowMax)
    problems.push(`${yellowPerSiteYear.alarms} yellow on quiet scenarios, at most ${floor.yellowMax}`);
  for (const [name, { detectedMin, delayMedianMaxS }] of Object.entries(floor.scenarios)) {
    const score = scenarios[name];
    if (!score) {
      problems.push(`${name} was not run`);
      continue;
    }
    if (score.detected < detectedMin)
      problems.push(`${name}: detected ${score.detected} of ${score.total}, at least ${detectedMin}`);
    const median = score.delayMedianS ?? Number.POSITIVE_INFINITY;
    if (delayMedianMaxS !== null && median > delayMedianMaxS)
      problems.push(`${name}: median delay ${score.delayMedianS} s, at most ${delayMedianMaxS} s`);
  }
  return problems;
}
