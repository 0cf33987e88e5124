/** A straight line through recent values: level and two slopes, with the covariance of their estimates. JSON. */
export interface Regression {
  theta: [number, number, number];
  cov: [number, number, number, number, number, number];
}

/** Nothing known: any level, slopes of nearly nothing until the data say otherwise. */
const PRIOR = [1e6, 1e4, 1e4] as const;

/** A regression that has seen nothing. */
export function initialRegression(): Regression {
  return { theta: [0, 0, 0], cov: [PRIOR[0], 0, 0, PRIOR[1], 0, PRIOR[2]] };
}

/** What is expected at x = (1, u, v). */
export function regressed({ theta }: Regression, u: number, v: number): number {
  return theta[0] + theta[1] * u + theta[2] * v;
}

/**
 * Recursive least squares with exponential forgetting (Ljung 1999, ch. 11): `forget` is the weight of the past, `step` the
 * innovation as it may count. Forgetting never makes it know less than at the beginning.
 */
export function learnRegression(
  regression: Regression,
  u: number,
  v: number,
  { step, forget }: { step: number; forget: number },
): void {
  const [a, b, c, d, e, f] = regression.cov;
  const px = [a + b * u + c * v, b + d * u + e * v, c + e * u + f * v] as const;
  const gainBy = forget + px[0] + px[1] * u + px[2] * v;
  if (!(gainBy > 0)) return;
  const gain = px.map((each) => each / gainBy);
  const [g0 = 0, g1 = 0, g2 = 0] = gain;
  const { theta } = regression;
  regression.theta = [short(theta[0] + g0 * step), short(theta[1] + g1 * step), short(theta[2] + g2 * step)];
  const next = [
    a - g0 * px[0],
    b - g0 * px[1],
    c - g0 * px[2],
    d - g1 * px[1],
    e - g1 * px[2],
    f - g2 * px[2],
  ];
  const [na = 0, nb = 0, nc = 0, nd = 0, ne = 0, nf = 0] = next.map((each) => each / forget);
  const isWorse = na > PRIOR[0] || nd > PRIOR[1] || nf > PRIOR[2] || na < 0 || nd < 0 || nf < 0;
  if (!isWorse) regression.cov = [short(na), short(nb), short(nc), short(nd), short(ne), short(nf)];
}

/** Seven figures: enough for any sensor, and short as JSON. */
function short(x: number): number {
  return Number(x.toPrecision(7));
}
