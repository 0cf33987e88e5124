import type { Evaluation } from "./evaluate.ts";
import { atRate, LEVELS } from "./peer-bank.ts";
import { clairvoyantName, PEERS } from "./peers.ts";
import { levelScenario, type Scoreboard } from "./scoreboard.ts";
import { signTest } from "./scores.ts";

/** One thing the product is to reach. */
export interface Goal {
  readonly name: string;
  readonly met: boolean;
  readonly detail: string;
}

/** Where pumps of a level were tried: on a floor that wanders, on one where a compressor switches as well, or both together. */
const FLOORS = ["loud", "cold-store", "both"] as const;

/** How often the peers may be false: as often as the product is, or once in ten years as every detector is set to. */
const ALLOWANCES = ["equal", "nominal"] as const;

/** The product against one peer at one level, site by site. */
export interface PairedResult {
  readonly peer: string;
  readonly allowance: (typeof ALLOWANCES)[number];
  readonly level: number;
  readonly floor: (typeof FLOORS)[number];
  readonly earlier: number;
  readonly later: number;
  /** Later by more than one sample. */
  readonly muchLater: number;
  readonly p: number;
}

const SAMPLE_MS = 60_000;
const FALSE_MAX = 0.1;
const REPORTED_ONLY = new Set(["pump-1-percent", "voc-only"]);

/** Product and peers at every level, on the same sites. */
export function pairedResults({ restarts }: Evaluation): PairedResult[] {
  return ALLOWANCES.flatMap((allowance) =>
    PEERS.flatMap(({ name: peer }) =>
      LEVELS.flatMap((level) =>
        FLOORS.flatMap((floor): PairedResult[] => {
          const runs = restarts.filter(({ scenario }) => scenariosOf(level, floor).includes(scenario));
          if (runs.length === 0) return [];
          const name = allowance === "equal" ? atRate(peer, "equal") : peer;
          return [{ peer, allowance, level, floor, ...compared(runs, name) }];
        }),
      ),
    ),
  );
}

function compared(
  runs: Evaluation["restarts"],
  peer: string,
): Pick<PairedResult, "earlier" | "later" | "muchLater" | "p"> {
  const pairs = runs.map(({ delayMs, peerDelays }) => ({
    own: delayMs,
    other: peerDelays.get(peer) ?? Number.POSITIVE_INFINITY,
  }));
  const earlier = pairs.filter(({ own, other }) => own < other).length;
  const later = pairs.filter(({ own, other }) => own > other).length;
  const muchLater = pairs.filter(({ own, other }) => own > other + SAMPLE_MS).length;
  return { earlier, later, muchLater, p: signTest(earlier, later) };
}

function scenariosOf(level: number, floor: PairedResult["floor"]): string[] {
  const [loud, cold] = [levelScenario(level), `cold-store-${Math.round(100 * level)}-percent`];
  return floor === "both" ? [loud, cold] : [floor === "loud" ? loud : cold];
}

/** Every goal of a full evaluation. */
export function goalsOf(scores: Scoreboard, paired: readonly PairedResult[], evaluation: Evaluation): Goal[] {
  const { rate, upper95, siteYears, red } = scores.falseOrangeRedPerSiteYear;
  const share = (name: string): number => {
    const { detected, total } = scores.scenarios[name] ?? { detected: 0, total: 1 };
    return detected / Math.max(1, total);
  };
  const p95 = (name: string): number => scores.scenarios[name]?.delayP95S ?? Number.POSITIVE_INFINITY;
  const fast = "full-restart@10s";
  const goals: Goal[] = [
    {
      name: "false orange or red ≤ 0.1 a site-year",
      met: rate <= FALSE_MAX,
      detail: `${rate} (95 % below ${upper95}) in ${siteYears} site-years`,
    },
    { name: "no false red", met: red === 0, detail: `${red} red` },
    {
      name: "full restarts 100 % within 2 min at 10 s sampling",
      met: share(fast) === 1 && p95(fast) <= 120,
      detail: `${percent(share(fast))}, p95 ${p95(fast)} s`,
    },
    {
      name: "pump at 5 % within 30 min p95",
      met: p95("pump-5-percent") <= 1_800,
      detail: `p95 ${p95("pump-5-percent")} s`,
    },
    {
      name: "pump at 2 % ≥ 80 % within 24 h",
      met: share("pump-2-percent") >= 0.8,
      detail: percent(share("pump-2-percent")),
    },
    {
      name: "pump at 2 % beside a cold store ≥ 80 % within 24 h",
      met: share("cold-store-2-percent") >= 0.8,
      detail: percent(share("cold-store-2-percent")),
    },
  ];
  for (const { name, truth } of evaluation.scenarios) {
    if (!truth.restart || REPORTED_ONLY.has(name) || /^pump-|^cold-store-/.test(name)) continue;
    goals.push({
      name: `${name} at orange or above`,
      met: share(name) === 1,
      detail: percent(share(name)),
    });
  }
  return [...goals, ...delayGoals(scores), ...peerGoals(paired)];
}

function delayGoals({ scenarios, peers }: Scoreboard): Goal[] {
  return LEVELS.filter((level) => level > 0.01).map((level) => {
    const name = levelScenario(level);
    const own = scenarios[name]?.delayMedianS ?? Number.POSITIVE_INFINITY;
    const best = peers[clairvoyantName(level)]?.scenarios[name]?.delayMedianS ?? Number.POSITIVE_INFINITY;
    return {
      name: `${name}: median delay ≤ max(2 × clairvoyant, clairvoyant + 60 s)`,
      met: own <= Math.max(2 * best, best + 60),
      detail: `${own} s against ${best} s`,
    };
  });
}

/** At equal false alarms. Medians may hide a tail, so lateness is counted site by site, on each floor. */
function peerGoals(results: readonly PairedResult[]): Goal[] {
  const paired = results.filter(({ allowance }) => allowance === "equal");
  const late = paired
    .filter(({ level, floor }) => level > 0.01 && floor !== "both")
    .map(({ peer, level, floor, earlier, later, muchLater }): Goal => {
      const name = `never later than ${peer} by more than a sample at ${Math.round(100 * level)} %, ${floor} floor`;
      return {
        name,
        met: muchLater === 0,
        detail: `${muchLater} of them later, ${earlier} earlier, ${later} later`,
      };
    });
  return [...late, ...PEERS.map(({ name }) => earlierGoal(name, paired))];
}

/**
 * Who is earlier is told of the whole band, for where both alarm at the first reading of every site neither can be; no single level of
 * it may be worse than even.
 */
function earlierGoal(peer: string, paired: readonly PairedResult[]): Goal {
  const band = paired.filter(
    ({ peer: name, level, floor }) => name === peer && floor === "both" && level > 0.01 && level <= 0.05,
  );
  const earlier = band.reduce((sum, result) => sum + result.earlier, 0);
  const later = band.reduce((sum, result) => sum + result.later, 0);
  const p = signTest(earlier, later);
  const worse = band.filter((result) => signTest(result.later, result.earlier) < 0.05);
  const levels = band
    .map((result) => `${Math.round(100 * result.level)} %: ${result.earlier} earlier, ${result.later} later`)
    .join("; ");
  return {
    name: `earlier or more often than ${peer} at 2–5 % (paired, 95 %), at no level later`,
    met: p < 0.05 && worse.length === 0,
    detail: `p ${p.toPrecision(2)}; ${levels}`,
  };
}

function percent(share: number): string {
  return `${Math.round(1_000 * share) / 10} %`;
}
