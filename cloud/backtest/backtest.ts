import type { JournalRecord } from "@sealwatch/protocols";
import { lowerMedian } from "../detect/baseline/order-statistic.ts";
import { isLearned } from "../detect/baseline-view.ts";
import type { ContextEntry } from "../detect/context-entry.ts";
import { EPISODE_HOLD_MS } from "../detect/episode.ts";
import type { FindingRecord } from "../detect/finding.ts";
import { foldSegment, type GatewayState, initialGatewayState } from "../detect/gateway-fold.ts";
import { gatewaySilent } from "../detect/rules/gateway-silent.ts";
import { LEARNING_DAYS_MIN, type SiteContext } from "../detect/site-context.ts";
import { type Episode, judgeCourse, SiteCourse, type SiteVerdict } from "../detect/site-verdict.ts";
import { CsvJournal } from "./csv-journal.ts";
import type { CsvRow } from "./csv-rows.ts";
import type { SiteFile } from "./site-file.ts";

const GATEWAY = "gw-back-test";
const EPOCH = "0000000000000001";
const DAY_MS = 86_400_000;
/** Findings that may still be preceded by another, of so long ago; beyond so many the older ones are settled. */
const SETTLED_AFTER_MS = 14 * DAY_MS;
const FINDINGS_OPEN_MAX = 50;
/** As live: a segment is five minutes of readings, and a judgement follows each. */
const SEGMENT_MS = 300_000;
const ROWS_PER_SEGMENT_MAX = 300;
/** As live: who is not heard for so long is silent; or for some intervals, where they are long. */
const SILENT_AFTER_MS = 480_000;
const SILENT_AFTER_INTERVALS = 3;
/** The rows at the beginning by which the interval of the rows is known. */
const INTERVAL_ROWS = 100;

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

/** What a back-test came to. */
export interface BacktestEnd {
  readonly summary: {
    readonly rows: number;
    readonly from: string;
    readonly to: string;
    readonly verdict: string;
    readonly level: string;
    /** Alerts in all, and by the highest level that each had. */
    readonly alerts: number;
    readonly levels: Readonly<Record<string, number>>;
  };
  /** By channel of the site: rows that have a value. */
  readonly values: readonly number[];
  readonly falls: ReturnType<CsvJournal["falls"]>;
  /** False while a power channel has no accepted baseline. */
  readonly isAccepted: boolean;
}

/** Any past data through the code that judges live: rows in order of time, one fold, one verdict. */
export class Backtest {
  readonly #file: SiteFile;
  readonly #site: SiteContext;
  readonly #context: readonly ContextEntry[];
  readonly #tell: (line: BacktestLine) => void;
  /** By episode: the changes that were told, and its highest level. */
  readonly #told = new Map<string, { readonly changes: Set<string>; readonly level: string }>();
  readonly #values: number[];
  /** The first rows, until the interval is known by them. */
  #waiting: CsvRow[] = [];
  #journal: CsvJournal | null = null;
  #intervalMs = 0;
  #state: GatewayState = initialGatewayState();
  readonly #settled: SiteCourse;
  #findings: FindingRecord[] = [];
  #records: JournalRecord[] = [];
  #rows = 0;
  #seq = 0;
  #firstMs: number | null = null;
  #untilMs = 0;
  readonly #unclearedKeys = new Set<string>();
  /** When something was last found, or heard again after a silence; and when it was last judged. */
  #changedMs = 0;
  #judgedMs = 0;
  #isAccepted = false;
  #verdict: SiteVerdict | null = null;

  constructor(site: SiteFile, tell: (line: BacktestLine) => void) {
    this.#file = site;
    this.#site = contextOf(site);
    this.#settled = new SiteCourse(this.#site.site);
    this.#context = entriesOf(site);
    this.#values = Object.keys(site.channels).map(() => 0);
    this.#tell = tell;
  }

  /** Rows in order of time; one that is not later than the one before is the caller's to skip. */
  take(row: CsvRow): void {
    if (this.#journal) this.#add(row, this.#journal);
    else if (this.#waiting.push(row) === INTERVAL_ROWS) this.#begin();
  }

  /** Folds what is left and tells what it came to; null for fewer than two rows. */
  finish(): BacktestEnd | null {
    if (!this.#journal && this.#waiting.length > 1) this.#begin();
    if (!this.#journal) return null;
    this.#fold();
    const { verdict, level } = this.#judge();
    const levels: Record<string, number> = {};
    for (const { level: highest } of this.#told.values()) levels[highest] = (levels[highest] ?? 0) + 1;
    const [from, to] = [iso(this.#firstMs ?? 0), iso(this.#untilMs)];
    return {
      summary: { rows: this.#rows, from, to, verdict, level, alerts: this.#told.size, levels },
      values: this.#values,
      falls: this.#journal.falls(),
      isAccepted: this.#isAccepted,
    };
  }

  #begin(): void {
    this.#intervalMs = intervalOf(this.#waiting);
    const journal = new CsvJournal(this.#file, this.#intervalMs);
    this.#journal = journal;
    for (const row of this.#waiting) this.#add(row, journal);
    this.#waiting = [];
  }

  #add(row: CsvRow, journal: CsvJournal): void {
    this.#firstMs ??= row.utcMs;
    const silentMs = this.#untilMs + Math.max(SILENT_AFTER_MS, SILENT_AFTER_INTERVALS * this.#intervalMs);
    if (this.#rows > 0 && row.utcMs > silentMs) this.#fallSilent(silentMs, row.utcMs);
    for (const record of journal.take(row)) this.#records.push(record);
    row.values.forEach((value, index) => {
      if (value !== null) this.#values[index] = (this.#values[index] ?? 0) + 1;
    });
    this.#untilMs = row.utcMs;
    const rowsPerSegment = Math.min(ROWS_PER_SEGMENT_MAX, Math.floor(SEGMENT_MS / this.#intervalMs));
    if (++this.#rows % Math.max(1, rowsPerSegment) === 0) this.#fold();
  }

  /** Nothing is known of a hole in the rows: a silent gateway, from which the next row is heard. */
  #fallSilent(silentMs: number, heardMs: number): void {
    this.#fold();
    const silence = { gateway: GATEWAY, fromMs: this.#untilMs };
    for (const toMs of [null, heardMs]) {
      this.#untilMs = toMs ?? silentMs;
      this.#keep(gatewaySilent({ ...silence, toMs }, this.#site.utcOffsetMin).slice(-1));
      this.#judge();
    }
  }

  #fold(): void {
    const segment = { gateway: GATEWAY, epoch: EPOCH, seq: ++this.#seq, records: this.#records };
    const { state, findings } = foldSegment(this.#state, segment, this.#context, this.#site);
    this.#state = state;
    this.#records = [];
    const wasAccepted = this.#isAccepted;
    this.#isAccepted = isLearned(state);
    if (findings.length > 0) this.#keep(findings);
    if (findings.length > 0 || !this.#verdict || wasAccepted !== this.#isAccepted || this.#mayClose())
      this.#judge();
  }

  #keep(findings: readonly FindingRecord[]): void {
    this.#findings = [...this.#findings, ...findings];
    if (this.#findings.length > FINDINGS_OPEN_MAX) this.#settle();
    this.#changedMs = this.#untilMs;
    for (const { key, phase } of findings) {
      if (phase === "cleared") this.#unclearedKeys.delete(key);
      else this.#unclearedKeys.add(key);
    }
  }

  /** What is old is judged for good, so that a judgement costs the same after years. */
  #settle(): void {
    const beforeMs = this.#untilMs - SETTLED_AFTER_MS;
    this.#settled.takeAll(this.#findings.filter(({ atMs }) => atMs < beforeMs));
    this.#findings = this.#findings.filter(({ atMs }) => atMs >= beforeMs);
  }

  /** Without news an alert can only close, and only one whose findings are all cleared; a judgement looks at all of them. */
  #mayClose(): boolean {
    return (
      this.#unclearedKeys.size === 0 &&
      this.#judgedMs <= this.#changedMs + EPISODE_HOLD_MS &&
      (this.#verdict?.episodes.some(({ closedAtMs }) => closedAtMs === null) ?? false)
    );
  }

  #judge(): SiteVerdict {
    const course = new SiteCourse(this.#site.site, this.#settled);
    course.takeAll(this.#findings);
    const verdict = judgeCourse(course, this.#isAccepted ? "accepted" : "learning", this.#untilMs);
    const before = this.#verdict;
    this.#judgedMs = this.#untilMs;
    const sinceMs = this.#untilMs - SETTLED_AFTER_MS;
    for (const episode of verdict.episodes)
      if ((episode.closedAtMs ?? this.#untilMs) >= sinceMs) this.#tellAlert(episode);
    if (before?.verdict !== verdict.verdict || before.level !== verdict.level)
      this.#tell({ type: "verdict", at: iso(this.#untilMs), verdict: verdict.verdict, level: verdict.level });
    this.#verdict = verdict;
    return verdict;
  }

  /** Every change of an episode's level, each once; of changes at one time the last, which is how it was then. */
  #tellAlert(episode: Episode): void {
    const told = this.#told.get(episode.id)?.changes ?? new Set();
    this.#told.set(episode.id, { changes: told, level: episode.level });
    const changes = episode.history.filter(({ atMs }, index, all) => all[index + 1]?.atMs !== atMs);
    for (const { atMs, level } of changes) {
      const change = `${atMs} ${level}`;
      if (told.has(change)) continue;
      told.add(change);
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
}

/** The middle one of the times between rows. */
function intervalOf(rows: readonly CsvRow[]): number {
  const gaps = rows.slice(1).map(({ utcMs }, index) => utcMs - (rows[index]?.utcMs ?? utcMs));
  return lowerMedian(gaps);
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
