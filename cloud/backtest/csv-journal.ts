import { type ChannelDescription, type JournalRecord, QUALITY, toScaled } from "@sealwatch/protocols";
import { inFoldUnit, KIND_UNITS } from "./column-units.ts";
import type { CsvRow } from "./csv-rows.ts";
import type { CsvColumn, SiteFile } from "./site-file.ts";

/** What a channel list takes. */
const POINT_MAX_CHARS = 48;
const MS_PER_HOUR = 3_600_000;
const W_PER_KW = 1_000;
/** A counter that falls was reset or replaced; one that runs faster than this was, too. */
const POWER_MAX_W = 100_000_000;

/** Rows of a CSV file as a gateway would have journaled them: one epoch, its monotonic time counted from the first row. */
export class CsvJournal {
  readonly channels: readonly ChannelDescription[];
  readonly #columns: readonly CsvColumn[];
  readonly #names: readonly string[];
  /** Energy counters whose feeder has no power of its own: their slope is its power. */
  readonly #slopes: readonly { readonly column: number; readonly channel: number }[];
  readonly #counted = new Map<number, { readonly utcMs: number; readonly kwh: number }>();
  /** By column: how often its counter fell. */
  readonly #falls = new Map<number, number>();
  #startMs: number | null = null;

  constructor(site: SiteFile, intervalMs: number) {
    this.#columns = Object.values(site.channels);
    this.#names = Object.keys(site.channels);
    const own = Object.entries(site.channels).map(([name, column], index) =>
      describe(column, { id: index + 1, point: name, kind: column.kind, intervalMs }),
    );
    this.#slopes = this.#columns.flatMap((column, index) =>
      column.kind === "energy-import" && !hasPower(this.#columns, column.feeder)
        ? [{ column: index, channel: own.length + index + 1 }]
        : [],
    );
    const slopes = this.#slopes.flatMap(({ column, channel }) => {
      const counter = this.#columns[column];
      const point = `${this.#names[column] ?? ""}-slope`;
      return counter ? [describe(counter, { id: channel, point, kind: "active-power", intervalMs })] : [];
    });
    this.channels = [...own, ...slopes];
  }

  /** The records of a row; the first one brings the channels and the clock. */
  take(row: CsvRow): JournalRecord[] {
    const first = this.#startMs === null;
    this.#startMs ??= row.utcMs;
    const atMs = row.utcMs - this.#startMs;
    const records: JournalRecord[] = first
      ? [
          { type: "channels", atMs, channels: this.channels },
          { type: "clock", atMs, utcMs: row.utcMs, uncertaintyMs: 0, source: "simulator" },
        ]
      : [];
    const values = [...row.values.map((value, index) => this.#scaled(index, value)), ...this.#powers(row)];
    records.push({
      type: "sample",
      atMs,
      channels: this.channels.map(({ id }) => id),
      scaled: values,
      qualities: values.map((value) => (value === null ? QUALITY.noAnswer : QUALITY.good)),
    });
    return records;
  }

  /** Counters that fell, and how often; one that falls all the time counts nothing. */
  falls(): readonly { readonly name: string; readonly times: number }[] {
    return [...this.#falls].map(([column, times]) => ({ name: this.#names[column] ?? "", times }));
  }

  #scaled(index: number, value: number | null): number | null {
    const column = this.#columns[index];
    if (value === null || !column) return null;
    return toScaled(inFoldUnit(column, value), this.channels[index]?.decimals ?? 0);
  }

  #powers({ utcMs, values }: CsvRow): (number | null)[] {
    return this.#slopes.map(({ column }) => {
      const [counter, value] = [this.#columns[column], values[column] ?? null];
      if (!counter || value === null) return null;
      const kwh = inFoldUnit(counter, value);
      const before = this.#counted.get(column);
      this.#counted.set(column, { utcMs, kwh });
      if (before && kwh < before.kwh) this.#falls.set(column, (this.#falls.get(column) ?? 0) + 1);
      if (!before || utcMs <= before.utcMs || kwh < before.kwh) return null;
      const powerW = ((kwh - before.kwh) * W_PER_KW * MS_PER_HOUR) / (utcMs - before.utcMs);
      return powerW > POWER_MAX_W ? null : toScaled(powerW, KIND_UNITS["active-power"].decimals);
    });
  }
}

function hasPower(columns: readonly CsvColumn[], feeder: string | undefined): boolean {
  return columns.some((other) => other.kind === "active-power" && other.feeder === feeder);
}

function describe(
  column: CsvColumn,
  { id, point, kind, intervalMs }: Pick<ChannelDescription, "id" | "point" | "kind" | "intervalMs">,
): ChannelDescription {
  const phase = column.phase ?? (kind === "active-power" ? "total" : undefined);
  return {
    id,
    device: column.device,
    // Numbered, since two columns may have names that begin alike.
    point: `${id} ${point}`.slice(0, POINT_MAX_CHARS),
    profile: "csv/back-test@1",
    kind,
    ...(phase ? { phase } : {}),
    unit: KIND_UNITS[kind].unit,
    decimals: KIND_UNITS[kind].decimals,
    intervalMs,
    ...(column.feeder ? { feeder: column.feeder } : {}),
    supply: "auxiliary",
    ...(column.role ? { contact: { role: column.role, normal: column.normal } } : {}),
    label: column.label,
  };
}
