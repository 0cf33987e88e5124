/** What weather, the grid and people set at a site, each with the bounds of its value; null: it takes none. */
export const CONDITION_VERBS = {
  /** A machine's, an idle or an occasional load, to `value` percent of its power. */
  scale: { min: 0, max: 10_000 },
  /** The mains, to `value` percent of their voltage. */
  sag: { min: 1, max: 120 },
  /** The weather: `value` percent more humidity, coming within hours. */
  rain: { min: 0, max: 60 },
  /** Outside: `value` ppb more vapour in the air that comes in. */
  fumes: { min: 0, max: 1_000_000 },
  /** The water supply: `value` litres an hour flow. */
  tap: { min: 0, max: 1_000_000 },
  /** A machine, or the whole site, is fed past the meter: from before it, or by a generator. */
  bypass: null,
  unbypass: null,
} as const;

export type ConditionVerb = keyof typeof CONDITION_VERBS;

/** True for a verb that sets a condition. */
export function isCondition(verb: string): verb is ConditionVerb {
  return verb in CONDITION_VERBS;
}

/** What `bypass` calls all loads together. */
export const WHOLE_SITE = "site";
const PERCENT = 100;

/** The conditions at a site; all normal at first. */
export class SiteConditions {
  sagShare = 1;
  rainPercent = 0;
  fumesPpb = 0;
  tapLPerHour = 0;
  readonly #scales = new Map<string, number>();
  readonly #bypassed = new Set<string>();

  set(verb: ConditionVerb, what: string, value: number): void {
    if (verb === "scale") this.#scales.set(what, value / PERCENT);
    else if (verb === "sag") this.sagShare = value / PERCENT;
    else if (verb === "rain") this.rainPercent = value;
    else if (verb === "fumes") this.fumesPpb = value;
    else if (verb === "tap") this.tapLPerHour = value;
    else if (verb === "bypass") this.#bypassed.add(what);
    else this.#bypassed.delete(what);
  }

  /** A load's share of its nominal power, or `normal` when nobody set it. */
  scaleOf(id: string, normal = 1): number {
    return this.#scales.get(id) ?? normal;
  }

  /** True when the meter does not see the load. */
  isBypassed(id: string): boolean {
    return this.#bypassed.has(id) || this.#bypassed.has(WHOLE_SITE);
  }
}
