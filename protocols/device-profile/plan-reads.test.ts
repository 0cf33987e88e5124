import fc from "fast-check";
import { expect, it } from "vitest";
import type { ModbusPoint } from "./device-point.ts";
import { planReads, rawOf, splitAfterIllegalAddress } from "./plan-reads.ts";

const limits = fc.record({
  registersPerRead: fc.integer({ min: 4, max: 125 }),
  bitsPerRead: fc.integer({ min: 1, max: 2000 }),
  holesPerRead: fc.integer({ min: 0, max: 40 }),
});

const WIDTH = { bit: 1, u16: 1, f32: 2, u64: 4 } as const;

const points = fc
  .array(
    fc.record({
      function: fc.constantFrom(2, 3, 4),
      address: fc.integer({ min: 0, max: 300 }),
      wide: fc.constantFrom("u16", "f32", "u64"),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map(
    (drafts) =>
      drafts.map(({ function: code, address, wide }, index) => ({
        id: `p${index}`,
        kind: "active-power",
        unit: "",
        function: code,
        address,
        type: code === 2 ? "bit" : wide,
        wordOrder: "high-first",
        scale: 1,
        decimals: 0,
        range: [0, 1],
        secondary: false,
        notNumbers: [],
      })) as ModbusPoint[],
  );

it("every point is read exactly once, whole, within the limits", () => {
  fc.assert(
    fc.property(points, limits, (wanted, bounds) => {
      const reads = planReads(wanted, bounds);
      const read = reads.flatMap((one) => one.points);
      expect(read.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
      for (const { request, points: members } of reads) {
        const bits = request.functionCode === 2;
        expect(request.quantity).toBeLessThanOrEqual(bits ? bounds.bitsPerRead : bounds.registersPerRead);
        const answer = Array.from({ length: request.quantity }, (_, index) => request.address + index);
        for (const member of members) {
          expect(member.function).toBe(request.functionCode);
          const width = WIDTH[member.type as keyof typeof WIDTH];
          const expected = Array.from({ length: width }, (_, index) => member.address + index);
          expect(rawOf({ request, points: members }, member, answer)).toEqual(expected);
        }
        const covered = new Set(
          members.flatMap((member) =>
            Array.from(
              { length: WIDTH[member.type as keyof typeof WIDTH] },
              (_, index) => member.address + index,
            ),
          ),
        );
        expect(request.quantity - covered.size).toBeLessThanOrEqual(bounds.holesPerRead);
      }
    }),
  );
});

it("joins what fits: neighbouring reads could not have been one", () => {
  fc.assert(
    fc.property(points, limits, (wanted, bounds) => {
      const reads = planReads(wanted, bounds);
      reads.slice(1).forEach((next, index) => {
        const previous = reads[index];
        if (previous?.request.functionCode !== next.request.functionCode) return;
        const whole = planReads([...previous.points, ...next.points], bounds);
        expect(whole.length).toBe(2);
      });
    }),
  );
});

const areas = fc.array(
  fc
    .tuple(fc.constantFrom(2 as const, 3 as const, 4 as const), fc.nat({ max: 300 }), fc.nat({ max: 10 }))
    .map(([code, from, more]) => ({ function: code, from, to: from + more })),
  { maxLength: 6 },
);

it("no read spans a forbidden address that is no point's own", () => {
  fc.assert(
    fc.property(points, limits, areas, (wanted, bounds, forbidden) => {
      for (const { request, points: members } of planReads(wanted, { ...bounds, forbidden })) {
        const own = new Set(
          members.flatMap((member) =>
            Array.from(
              { length: WIDTH[member.type as keyof typeof WIDTH] },
              (_, index) => member.address + index,
            ),
          ),
        );
        for (let address = request.address; address < request.address + request.quantity; address++) {
          const barred = forbidden.some(
            (area) => area.function === request.functionCode && area.from <= address && area.to >= address,
          );
          if (!own.has(address)) expect(barred).toBe(false);
        }
      }
    }),
  );
});

it("a refused read is split until each point stands alone, and loses none", () => {
  fc.assert(
    fc.property(points, limits, (wanted, bounds) => {
      let plan = planReads(wanted, bounds);
      const first = plan.length;
      for (let round = 0; round < 2 * wanted.length; round++) {
        const joined = plan.find(({ points: members }) => members.length > 1);
        if (!joined) break;
        const next = splitAfterIllegalAddress(plan, joined);
        expect(next.length).toBeGreaterThan(plan.length);
        plan = next;
      }
      expect(plan.length).toBeGreaterThanOrEqual(first);
      expect(plan.every(({ points: members }) => members.length === 1)).toBe(true);
      const ids = plan.flatMap(({ points: members }) => members.map(({ id }) => id));
      expect(ids.sort()).toEqual(wanted.map(({ id }) => id).sort());
      for (const read of plan) expect(splitAfterIllegalAddress(plan, read)).toEqual(plan);
    }),
  );
});

it("aRefusedReadIsFirstCutAtItsHoles", () => {
  const point = (id: string, address: number) => ({ id, address, function: 3, type: "u16" }) as ModbusPoint;
  const plan = planReads([point("a", 0), point("b", 1), point("c", 5)], {
    registersPerRead: 10,
    bitsPerRead: 1,
    holesPerRead: 5,
  });
  expect(plan.length).toBe(1);
  const [read] = plan;
  const split = read ? splitAfterIllegalAddress(plan, read) : [];
  expect(split.map(({ request }) => [request.address, request.quantity])).toEqual([
    [0, 2],
    [5, 1],
  ]);
});
