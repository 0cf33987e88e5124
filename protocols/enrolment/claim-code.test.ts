import fc from "fast-check";
import { expect, it } from "vitest";
import { caPinOf, claimSecret, formatClaimCode, parseClaimCode } from "./claim-code.ts";

const code = fc
  .tuple(fc.uint8Array({ minLength: 10, maxLength: 10 }), fc.uint8Array({ minLength: 1, maxLength: 64 }))
  .map(([random, ca]) => ({ secret: claimSecret(random), caPin: caPinOf(ca) }));

it("every code comes back, however it is typed", () => {
  fc.assert(
    fc.property(code, (claim) => {
      const written = formatClaimCode(claim);
      expect(written).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z*~$=]{3}$/);
      expect(parseClaimCode(written)).toEqual(claim);
      expect(parseClaimCode(` ${written.toLowerCase().replaceAll("-", " ")}`)).toEqual(claim);
      expect(parseClaimCode(written.replaceAll("1", "l").replaceAll("0", "o"))).toEqual(claim);
    }),
  );
});

it("one wrong character, or two that changed places, are always noticed", () => {
  fc.assert(
    fc.property(
      code,
      fc.nat(25),
      fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
      (claim, at, other) => {
        const plain = formatClaimCode(claim).replaceAll("-", "");
        const wrong = plain.slice(0, at) + other + plain.slice(at + 1);
        if (wrong !== plain) expect(() => parseClaimCode(wrong)).toThrow(/check character/);
        const swapped = `${plain.slice(0, at)}${plain[at + 1]}${plain[at]}${plain.slice(at + 2)}`;
        if (at < 25 && swapped !== plain) expect(() => parseClaimCode(swapped)).toThrow(/check character/);
      },
    ),
  );
});

it("says what is wrong with what was typed", () => {
  expect(() => parseClaimCode("7H3K-9QWM")).toThrow(/8 characters instead of 27/);
  expect(() => parseClaimCode("U".repeat(27))).toThrow(/has U, which no code has/);
});
