import fc from "fast-check";
import { expect, it } from "vitest";
import type { DevicePoint } from "./device-profile.ts";
import { planReads, rawOf } from "./plan-reads.ts";

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
        notNumbers: [],
      })) as DevicePoint[],
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
