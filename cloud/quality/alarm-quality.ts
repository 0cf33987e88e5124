import type { Level } from "../api/contract.ts";
import type { CaseVerdict } from "../cases/case-facts.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../detect/local-time.ts";

/** One case as quality looks at it. Times are UTC milliseconds. */
export interface JudgedCase {
  readonly id: string;
  readonly site: string;
  readonly rule: string;
  readonly level: Level;
  readonly openedMs: number;
  readonly acknowledgedMs: number | null;
  readonly visitedMs: number | null;
  readonly closedMs: number | null;
  readonly verdict: CaseVerdict | null;
}

/** More than ten in ten minutes is a flood (EEMUA 191, ISA-18.2 §16.5). */
const FLOOD = { alerts: 10, withinMs: 10 * MINUTE_MS } as const;
/** The same rule at the same site, opened so often within a day, chatters. */
const CHATTER = { times: 3, withinMs: DAY_MS } as const;
const STALE_MS = 7 * DAY_MS;
const WORST_MAX = 10;
/** Low, high and emergency priorities as the standards want them. */
const WANTED_MIX = { low: 0.8, high: 0.15, emergency: 0.05 } as const;
const LISTED_MAX = 100;

/** How good the alarms of a part of the tree were from `fromMs` to `toMs`, after ISA-18.2 and EEMUA 191. Pure. */
export function alarmQuality(
  cases: readonly JudgedCase[],
  { fromMs, toMs, officers }: { readonly fromMs: number; readonly toMs: number; readonly officers: number },
) {
  const days = Math.max((toMs - fromMs) / DAY_MS, HOUR_MS / DAY_MS);
  const perDay = cases.length / days;
  return {
    cases: cases.length,
    perDay,
    perOfficerDay: officers === 0 ? null : perDay / officers,
    officers,
    floods: floodsOf(cases),
    chattering: chatteringOf(cases),
    stale: cases.filter(
      ({ openedMs, closedMs }) => (closedMs ?? toMs) - openedMs > STALE_MS && closedMs === null,
    ).length,
    verdicts: verdictsOf(cases),
    toAcknowledge: spread(cases.map(({ acknowledgedMs, openedMs }) => since(acknowledgedMs, openedMs))),
    toVisit: spread(cases.map(({ visitedMs, openedMs }) => since(visitedMs, openedMs))),
    mix: mixOf(cases),
    worst: worstOf(cases),
  };
}

function floodsOf(cases: readonly JudgedCase[]) {
  const times = cases.map(({ openedMs }) => openedMs).sort((a, b) => a - b);
  const floods: { fromMs: number; toMs: number; alerts: number }[] = [];
  let first = 0;
  for (const [index, atMs] of times.entries()) {
    while ((times[first] ?? atMs) <= atMs - FLOOD.withinMs) first++;
    if (index - first + 1 <= FLOOD.alerts) continue;
    const fromMs = times[first] ?? atMs;
    const last = floods.at(-1);
    if (last && fromMs <= last.toMs) {
      last.toMs = atMs;
      last.alerts = times.filter((time) => time >= last.fromMs && time <= atMs).length;
    } else floods.push({ fromMs, toMs: atMs, alerts: index - first + 1 });
  }
  return floods.slice(0, LISTED_MAX);
}

function chatteringOf(cases: readonly JudgedCase[]) {
  const groups = [...groupBy(cases, ({ site, rule }) => `${site}\n${rule}`).values()];
  return groups
    .flatMap((group) => {
      const times = group.map(({ openedMs }) => openedMs).sort((a, b) => a - b);
      const most = Math.max(
        ...times.map((atMs) => times.filter((time) => time >= atMs && time < atMs + CHATTER.withinMs).length),
      );
      const [{ site, rule } = { site: "", rule: "" }] = group;
      return most >= CHATTER.times ? [{ site, rule, opened: group.length, mostInADay: most }] : [];
    })
    .sort((a, b) => b.mostInADay - a.mostInADay)
    .slice(0, LISTED_MAX);
}

/** No rate without its coverage: what nobody decided is neither true nor false. */
function verdictsOf(cases: readonly JudgedCase[]) {
  const count = (verdict: CaseVerdict): number => cases.filter((one) => one.verdict === verdict).length;
  const decided = cases.filter(({ verdict }) => verdict !== null).length;
  return {
    ...{
      confirmed: count("confirmed"),
      falseAlarm: count("false-alarm"),
      deviceFault: count("device-fault"),
    },
    ...{ permittedWork: count("permitted-work"), decided },
    coverage: cases.length === 0 ? null : decided / cases.length,
    falseAlarmRate: decided === 0 ? null : count("false-alarm") / decided,
  };
}

function since(atMs: number | null, fromMs: number): number | null {
  return atMs === null ? null : Math.max(0, atMs - fromMs);
}

/** Median and 95th percentile by nearest rank, and of how many out of how many. */
function spread(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (share: number): number | null =>
    known[Math.max(0, Math.ceil(share * known.length) - 1)] ?? null;
  return { medianMs: at(0.5), p95Ms: at(0.95), known: known.length, of: values.length };
}

function mixOf(cases: readonly JudgedCase[]) {
  const share = (...levels: Level[]): number | null =>
    cases.length === 0 ? null : cases.filter(({ level }) => levels.includes(level)).length / cases.length;
  return {
    low: share("none", "blue", "yellow"),
    high: share("orange"),
    emergency: share("red"),
    wanted: WANTED_MIX,
  };
}

function worstOf(cases: readonly JudgedCase[]) {
  return [...groupBy(cases, ({ site }) => site)]
    .map(([site, group]) => ({
      site,
      cases: group.length,
      falseAlarms: group.filter(({ verdict }) => verdict === "false-alarm").length,
    }))
    .sort((a, b) => b.cases - a.cases || b.falseAlarms - a.falseAlarms || (a.site < b.site ? -1 : 1))
    .slice(0, WORST_MAX);
}

function groupBy(
  cases: readonly JudgedCase[],
  keyOf: (one: JudgedCase) => string,
): Map<string, JudgedCase[]> {
  const groups = new Map<string, JudgedCase[]>();
  for (const one of cases) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
