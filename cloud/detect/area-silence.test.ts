import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaSilences, type SilenceAtSite } from "./area-silence.ts";
import { MINUTE_MS } from "./local-time.ts";

const at = (site: string, fromMin: number, toMin: number | null): SilenceAtSite => ({
  site,
  gateway: `gw-${site}`,
  fromMs: fromMin * MINUTE_MS,
  toMs: toMin === null ? null : toMin * MINUTE_MS,
});

describe("silences of one area", () => {
  it("that begin within minutes are one, until the last is heard again", () => {
    const [one, ...others] = areaSilences("qingshi", [at("b", 3, 40), at("a", 0, 30), at("c", 5, null)]);
    expect(others).toEqual([]);
    expect(one?.silences.map(({ site }) => site)).toEqual(["a", "b", "c"]);
    expect(one).toMatchObject({ id: "area:qingshi:silence:0", fromMs: 0, toMs: null });
    expect(areaSilences("qingshi", [at("b", 3, 40), at("a", 0, 30)])[0]?.toMs).toBe(40 * MINUTE_MS);
  });

  it("of one site, or an hour apart, are not", () => {
    expect(areaSilences("qingshi", [at("a", 0, null), { ...at("a", 1, null), gateway: "gw-2" }])).toEqual([]);
    expect(areaSilences("qingshi", [at("a", 0, null), at("b", 60, null)])).toEqual([]);
  });

  it("are the same in whatever order they become known, and each is told once", () => {
    const silence = fc.record({
      site: fc.constantFrom("a", "b", "c", "d"),
      gateway: fc.constantFrom("gw-1", "gw-2"),
      fromMs: fc.integer({ min: 0, max: 3_600_000 }),
      toMs: fc.option(fc.integer({ min: 3_600_000, max: 7_200_000 })),
    });
    fc.assert(
      fc.property(fc.array(silence, { maxLength: 12 }), fc.func(fc.integer()), (silences, rank) => {
        const groups = areaSilences("x", silences);
        const shuffled = [...silences].sort((one, other) => rank(one) - rank(other));
        const told = (found: typeof groups) =>
          found.map(({ id, toMs, silences: of }) => [id, toMs, of.length]);
        expect(told(areaSilences("x", shuffled))).toEqual(told(groups));
        expect(groups.flatMap((group) => group.silences).length).toBeLessThanOrEqual(silences.length);
      }),
    );
  });
});
