/** What detection knows of a site from its registration. */
export interface SiteContext {
  readonly site: string;
  /** Local time, minutes east of UTC. */
  readonly utcOffsetMin: number;
  /** Active power before the closure, W; 0 when nobody knows. */
  readonly formerLoadW: number;
  /** Days a baseline must have seen before a person's acceptance counts. */
  readonly learningDaysMin?: number;
}

/** The default of `learningDaysMin`: every weekday once. */
export const LEARNING_DAYS_MIN = 7;
