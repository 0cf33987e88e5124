import type { JournalRecord } from "@sealwatch/protocols";
import { viewBaselines } from "../detect/baseline-view.ts";
import type { ContextEntry } from "../detect/context-entry.ts";
import type { FindingRecord } from "../detect/finding.ts";
import { foldSegment, type GatewayState, initialGatewayState } from "../detect/gateway-fold.ts";
import { LEARNING_DAYS_MIN, type SiteContext } from "../detect/site-context.ts";
import { type Episode, judgeSite, type SiteVerdict } from "../detect/site-verdict.ts";
import { CsvJournal } from "./csv-journal.ts";
import type { CsvRow } from "./csv-rows.ts";
import type { SiteFile } from "./site-file.ts";

const GATEWAY = "gw-back-test";
const EPOCH = "0000000000000001";
const DAY_MS = 86_400_000;
/** As live: what ended longer ago is settled. */
const FINDINGS_KEPT_MS = 60 * DAY_MS;
/** As live: a segment is five minutes of readings, and a judgement follows each. */
const SEGMENT_MS = 300_000;
const ROWS_PER_SEGMENT_MAX = 300;

/** What a back-test tells as it goes: one line each. Times are ISO 8601, UTC. */
export type BacktestLine =
  | { readonly type: "verdict"; readonly at: string; readonly verdict: string; readonly level: string }
  | {
      readonly type: "alert";
      /** When what is known led to this level. */
      readonly at: string;
      readonly since: string;
      readonly level: string;
      readonly class: string;
      readonly rule: string;
      readonly sentence: { readonly zh: string; readonly en: string };
      readonly reasons: readonly {
        readonly rule: string;
        readonly evidence: string;
        readonly zh: string;
        readonly en: string;
      }[];
    };

/** Any past data through the code that judges live: rows in order of time, one fold, one verdict. */
export class Backtest {
  readonly #site: SiteContext;
  readonly #context: readonly ContextEntry[];
  readonly #journal: CsvJournal;
  readonly #tell: (line: BacktestLine) => void;
  /** By episode: how many of its changes were told. */
  readonly #told = new Map<string, number>();
  readonly #rowsPerSegment: number;
  #state: GatewayState = initialGatewayState();
  #findings: FindingRecord[] = [];
  #records: JournalRecord[] = [];
  #rows = 0;
  #seq = 0;
  #untilMs = 0;
  #verdict: SiteVerdict | null = null;

  constructor(site: SiteFile, intervalMs: number, tell: (line: BacktestLine) => void) {
    this.#site = contextOf(site);
    this.#context = entriesOf(site);
    this.#journal = new CsvJournal(site, intervalMs);
    this.#rowsPerSegment = Math.max(1, Math.min(ROWS_PER_SEGMENT_MAX, Math.floor(SEGMENT_MS / intervalMs)));
    this.#tell = tell;
  }

  /** Rows in order of time; one that is not later than the one before is the caller's to skip. */
  take(row: CsvRow): void {
    for (const record of this.#journal.take(row)) this.#records.push(record);
    this.#untilMs = row.utcMs;
    if (++this.#rows % this.#rowsPerSegment === 0) this.#fold();
  }

  /** Folds what is left and gives the verdict at the end. */
  finish(): { readonly verdict: SiteVerdict; readonly rows: number } {
    this.#fold();
    return { verdict: this.#verdict ?? this.#judge(), rows: this.#rows };
  }

  #fold(): void {
    const segment = { gateway: GATEWAY, epoch: EPOCH, seq: ++this.#seq, records: this.#records };
    const { state, findings } = foldSegment(this.#state, segment, this.#context, this.#site);
    this.#state = state;
    this.#records = [];
    const sinceMs = this.#untilMs - FINDINGS_KEPT_MS;
    this.#findings = [...this.#findings.filter(({ atMs }) => atMs >= sinceMs), ...findings];
    const open = this.#verdict?.episodes.some(({ closedAtMs }) => closedAtMs === null) ?? true;
    const accepted = this.#verdict?.verdict === "learning";
    if (findings.length > 0 || open || accepted) this.#judge();
  }

  #judge(): SiteVerdict {
    const baselines = viewBaselines(this.#state);
    const verdict = judgeSite({
      site: this.#site.site,
      findings: this.#findings,
      silences: [],
      baseline: baselines.every(({ status }) => status === "accepted") ? "accepted" : "learning",
      untilMs: this.#untilMs,
      utcOffsetMin: this.#site.utcOffsetMin,
    });
    const before = this.#verdict;
    for (const episode of verdict.episodes) this.#tellAlert(episode);
    if (before?.verdict !== verdict.verdict || before.level !== verdict.level)
      this.#tell({ type: "verdict", at: iso(this.#untilMs), verdict: verdict.verdict, level: verdict.level });
    this.#verdict = verdict;
    return verdict;
  }

  /** Every change of an episode's level, each once. */
  #tellAlert(episode: Episode): void {
    const told = this.#told.get(episode.id) ?? 0;
    this.#told.set(episode.id, episode.history.length);
    for (const { atMs, level } of episode.history.slice(told))
      this.#tell({
        type: "alert",
        at: iso(atMs),
        since: iso(episode.openedAtMs),
        level,
        class: episode.class,
        rule: episode.rule,
        sentence: episode.sentence,
        reasons: episode.reasons.map(({ rule, evidence, text }) => ({ rule, evidence, ...text })),
      });
  }
}

function contextOf({ id, utcOffsetMin, formerLoadW, learning, declaredCut }: SiteFile): SiteContext {
  const days = learning ? Math.floor((learning.to - learning.from) / DAY_MS) : 0;
  return {
    site: id,
    utcOffsetMin,
    formerLoadW,
    declaredCut: declaredCut.map(({ feeder, since, nominalV }) => ({ feeder, sinceMs: since, nominalV })),
    ...(learning ? { learningDaysMin: Math.max(1, Math.min(LEARNING_DAYS_MIN, days)) } : {}),
  };
}

/** What people did, in the order of its effect: what was before the learning period is forgotten, its end is the acceptance. */
function entriesOf({ learning, permits, thresholds }: SiteFile): ContextEntry[] {
  const by = "back-test";
  const learned: ContextEntry[] = learning
    ? [
        { kind: "baseline-reset", effectiveMs: learning.from, by },
        { kind: "baseline-accepted", effectiveMs: learning.to, by },
      ]
    : [];
  const permitted = permits.map(
    ({ from, to, work }): ContextEntry => ({ kind: "permit", effectiveMs: from, toMs: to, work }),
  );
  const set: ContextEntry[] =
    Object.keys(thresholds).length > 0
      ? [{ kind: "thresholds", effectiveMs: 0, by, values: thresholds }]
      : [];
  return [...set, ...learned, ...permitted].sort((one, other) => one.effectiveMs - other.effectiveMs);
}

function iso(utcMs: number): string {
  return new Date(utcMs).toISOString();
}
