/** A column that another is predicted from, and how much of its movement is taken, in 1/256. */
export interface Reference {
  readonly column: number;
  readonly weight: number;
}

/**
 * How a column's values after the first are predicted. `last`: as the one before. `first`: as the first one. With references, what
 * the referred columns moved since then is added, each by its weight: phases make up a total, a current follows its power.
 */
export interface Predictor {
  readonly from: "last" | "first";
  readonly references: readonly Reference[];
}

/** Weights are multiples of 1/256; their size is bounded so that every sum stays exact. */
const WEIGHT_SCALE = 256;
export const WEIGHT_MAX = 2 ** 20;
export const REFERENCES_MAX = 3;

/** Predictors worth trying, simplest first. Columns before `index` may be referred to. */
export function candidatePredictors(columns: readonly (readonly number[])[], index: number): Predictor[] {
  const simple: Predictor[] = [
    { from: "last", references: [] },
    { from: "first", references: [] },
  ];
  return [...simple, ...simple.flatMap(({ from }) => withReferences(columns, index, from))];
}

/** What is left of each value after the first, or null where the arithmetic would not be exact. */
export function residualsOf(
  columns: readonly (readonly number[])[],
  index: number,
  predictor: Predictor,
): number[] | null {
  const column = columns[index] ?? [];
  const residuals: number[] = [];
  for (let sample = 1; sample < column.length; sample++) {
    const predicted = predict(columns, index, predictor, sample);
    if (predicted === null) return null;
    const residual = (column[sample] ?? 0) - predicted;
    if (!Number.isSafeInteger(residual)) return null;
    residuals.push(residual);
  }
  return residuals;
}

/** The prediction of one sample from those before it; null where it would not be exact. */
export function predict(
  columns: readonly (readonly number[])[],
  index: number,
  { from, references }: Predictor,
  sample: number,
): number | null {
  const base = from === "last" ? sample - 1 : 0;
  let moved = 0;
  for (const { column, weight } of references) {
    const values = columns[column] ?? [];
    moved += weight * ((values[sample] ?? 0) - (values[base] ?? 0));
    if (!Number.isSafeInteger(moved)) return null;
  }
  const predicted = (columns[index]?.[base] ?? 0) + Math.floor((moved + WEIGHT_SCALE / 2) / WEIGHT_SCALE);
  return Number.isSafeInteger(predicted) ? predicted : null;
}

/** One to three references that explain the column best, each chosen for what the ones before it leave over. */
function withReferences(
  columns: readonly (readonly number[])[],
  index: number,
  from: Predictor["from"],
): Predictor[] {
  const movements = columns.slice(0, index + 1).map((column) => movementOf(column, from));
  const target = movements[index] ?? [];
  const chosen: number[] = [];
  const found: Predictor[] = [];
  let left = target;
  while (chosen.length < REFERENCES_MAX) {
    const next = mostAlike(movements, index, chosen, left);
    if (next === null) break;
    chosen.push(next);
    const used = chosen.map((column) => movements[column] ?? []);
    const weights = leastSquares(used, target).map((weight) => Math.round(weight * WEIGHT_SCALE));
    if (weights.some((weight) => !(Math.abs(weight) < WEIGHT_MAX))) break;
    found.push({
      from,
      references: chosen.map((column, place) => ({ column, weight: weights[place] ?? 0 })),
    });
    left = target.map((value, sample) =>
      used.reduce(
        (rest, one, place) => rest - ((weights[place] ?? 0) / WEIGHT_SCALE) * (one[sample] ?? 0),
        value,
      ),
    );
  }
  return found;
}

function movementOf(column: readonly number[], from: Predictor["from"]): number[] {
  return column.slice(1).map((value, before) => value - (column[from === "last" ? before : 0] ?? 0));
}

/** The earlier column that moves most like what is left, or null when none moves at all. */
function mostAlike(
  movements: readonly (readonly number[])[],
  index: number,
  taken: readonly number[],
  left: readonly number[],
): number | null {
  let best: { column: number; explains: number } | null = null;
  for (let column = 0; column < index; column++) {
    const values = movements[column] ?? [];
    const power = dot(values, values);
    if (power === 0 || taken.includes(column)) continue;
    const explains = dot(values, left) ** 2 / power;
    if (explains > (best?.explains ?? 0)) best = { column, explains };
  }
  return best?.column ?? null;
}

/** Solves the normal equations by elimination; a weight that nothing determines is 0. */
function leastSquares(columns: readonly (readonly number[])[], target: readonly number[]): number[] {
  const rows = columns.map((column) => [...columns.map((other) => dot(column, other)), dot(column, target)]);
  const size = columns.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const divisor = rows[pivot]?.[pivot] ?? 0;
    if (Math.abs(divisor) < 1e-9) continue;
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = (rows[row]?.[pivot] ?? 0) / divisor;
      rows[row] = (rows[row] ?? []).map((value, place) => value - factor * (rows[pivot]?.[place] ?? 0));
    }
  }
  return rows.map((row, place) => {
    const divisor = row[place] ?? 0;
    return Math.abs(divisor) < 1e-9 ? 0 : (row[size] ?? 0) / divisor;
  });
}

function dot(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let place = 0; place < left.length; place++) sum += (left[place] ?? 0) * (right[place] ?? 0);
  return sum;
}
