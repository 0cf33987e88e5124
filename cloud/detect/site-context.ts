/** What detection knows of a site from its registration. */
export interface SiteContext {
  readonly site: string;
  /** Local time, minutes east of UTC. */
  readonly utcOffsetMin: number;
  /** Active power before the closure, W; 0 when nobody knows. */
  readonly formerLoadW: number;
  /** Days a baseline must have seen before a person's acceptance counts. */
  readonly learningDaysMin?: number;
  /** Feeders and water supplies that were cut by order. */
  readonly declaredCut?: readonly DeclaredCut[];
}

/** A supply that was cut by order: the `feeder` of the channels that measure it, since when, and its live voltage if unusual. */
export interface DeclaredCut {
  readonly feeder: string;
  readonly sinceMs?: number | undefined;
  readonly nominalV?: number | undefined;
}

/** The cut in force on a feeder at a time, if it was declared. */
export function cutOf(
  { declaredCut }: SiteContext,
  feeder: string | undefined,
  utcMs: number,
): DeclaredCut | null {
  if (feeder === undefined || !declaredCut) return null;
  return declaredCut.find((cut) => cut.feeder === feeder && (cut.sinceMs ?? 0) <= utcMs) ?? null;
}

/** The site with what entries said of its feeders in place of the configuration. */
export function withCuts(
  site: SiteContext,
  cuts: readonly { feeder: string; sinceMs: number | null; nominalV?: number | undefined }[],
): SiteContext {
  if (cuts.length === 0) return site;
  const configured = (site.declaredCut ?? []).filter(
    (cut) => !cuts.some(({ feeder }) => feeder === cut.feeder),
  );
  const entered = cuts.flatMap(({ feeder, sinceMs, nominalV }) =>
    sinceMs === null ? [] : [{ feeder, sinceMs, nominalV }],
  );
  return { ...site, declaredCut: [...configured, ...entered] };
}

/** The default of `learningDaysMin`: every weekday once. */
export const LEARNING_DAYS_MIN = 7;
