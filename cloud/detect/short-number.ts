/** Rounded to `per` parts of one, so that it stays short as JSON; never a negative zero, which JSON would not give back. */
export function shortNumber(x: number, per: number): number {
  return Math.round(x * per) / per + 0;
}
