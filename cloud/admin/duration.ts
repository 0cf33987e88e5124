const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `48h` or `7d` in milliseconds. Throws TypeError. */
export function parseDuration(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (!unitMs || Number(count) === 0) throw new TypeError(`write a time such as 30m, 48h or 7d, not ${text}`);
  return Number(count) * unitMs;
}
