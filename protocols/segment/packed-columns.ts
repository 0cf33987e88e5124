import { type BitReader, type BitWriter, integerBits } from "./bit-stream.ts";
import {
  candidatePredictors,
  type Predictor,
  predict,
  REFERENCES_MAX,
  type Reference,
  residualsOf,
  WEIGHT_MAX,
} from "./column-predictor.ts";
import { fitsRice, planRice, readRice, writeRice } from "./rice-series.ts";

/** Longer columns and columns further back are not worth searching for likeness: it would cost the gateway more than the wire saves. */
const SEARCHED_SAMPLES_MAX = 128;
const SEARCHED_COLUMNS_MAX = 48;

const MODE = { plain: 0, last: 1, first: 2 } as const;
const MODE_BITS = 2;
const COUNT_BITS = 2;

/** Columns of equal length, one after the other; each may be predicted from those before it. */
export function writeColumns(writer: BitWriter, columns: readonly (readonly number[])[]): void {
  columns.forEach((column, index) => {
    const plan = planColumn(columns, index);
    if (!plan) {
      writer.bits(MODE.plain, MODE_BITS);
      for (const value of column) writer.integer(value);
      return;
    }
    const { predictor, residuals, parameter } = plan;
    writer.bits(MODE[predictor.from], MODE_BITS);
    writer.bits(predictor.references.length, COUNT_BITS);
    for (const reference of predictor.references) {
      writer.bits(reference.column, indexBits(index));
      writer.integer(reference.weight);
    }
    writer.integer(column[0] ?? 0);
    writeRice(writer, residuals, parameter);
  });
}

/** The reverse of writeColumns for `count` columns of `samples` values; `refuse` makes the error. */
export function readColumns(
  reader: BitReader,
  count: number,
  samples: number,
  refuse: () => Error,
): number[][] {
  const columns: number[][] = [];
  for (let index = 0; index < count; index++) columns.push(readColumn(reader, columns, samples, refuse));
  return columns;
}

interface ColumnPlan {
  readonly predictor: Predictor;
  readonly residuals: readonly number[];
  readonly parameter: number;
  readonly bits: number;
}

/** The cheapest predictor, or null where plain values cost less or nothing else is exact. */
function planColumn(columns: readonly (readonly number[])[], index: number): ColumnPlan | null {
  const column = columns[index] ?? [];
  if (column.length < 2) return null;
  const searched = column.length <= SEARCHED_SAMPLES_MAX && index < SEARCHED_COLUMNS_MAX;
  const candidates = searched ? candidatePredictors(columns, index) : SIMPLE;
  let best: ColumnPlan | null = null;
  for (const predictor of candidates) {
    const residuals = residualsOf(columns, index, predictor);
    if (!residuals || !fitsRice(residuals)) continue;
    const { parameter, bits } = planRice(residuals);
    const cost = bits + predictor.references.reduce((sum, one) => sum + referenceBits(one, index), 0);
    if (cost < (best?.bits ?? Number.POSITIVE_INFINITY))
      best = { predictor, residuals, parameter, bits: cost };
  }
  return best;
}

const SIMPLE: readonly Predictor[] = [
  { from: "last", references: [] },
  { from: "first", references: [] },
];

function referenceBits({ weight }: Reference, index: number): number {
  return indexBits(index) + integerBits(weight);
}

/** Bits that name one of `count` columns. */
function indexBits(count: number): number {
  return Math.ceil(Math.log2(Math.max(2, count)));
}

function readColumn(
  reader: BitReader,
  before: readonly (readonly number[])[],
  samples: number,
  refuse: () => Error,
): number[] {
  const mode = reader.bits(MODE_BITS);
  if (mode === MODE.plain) return Array.from({ length: samples }, () => reader.integer());
  if (mode !== MODE.last && mode !== MODE.first) throw refuse();
  const predictor: Predictor = {
    from: mode === MODE.last ? "last" : "first",
    references: readReferences(reader, before.length, refuse),
  };
  const column = [reader.integer()];
  const columns = [...before, column];
  const residuals = readRice(reader, Math.max(0, samples - 1));
  residuals.forEach((residual, place) => {
    const predicted = predict(columns, before.length, predictor, place + 1);
    const value = predicted === null ? Number.NaN : predicted + residual;
    if (!Number.isSafeInteger(value)) throw refuse();
    column.push(value);
  });
  return column;
}

function readReferences(reader: BitReader, index: number, refuse: () => Error): Reference[] {
  const count = reader.bits(COUNT_BITS);
  if (count > REFERENCES_MAX) throw refuse();
  return Array.from({ length: count }, () => {
    const column = reader.bits(indexBits(index));
    const weight = reader.integer();
    if (column >= index || Math.abs(weight) >= WEIGHT_MAX) throw refuse();
    return { column, weight };
  });
}
