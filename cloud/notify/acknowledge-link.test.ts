import fc from "fast-check";
import { expect, it } from "vitest";
import { readClaim, signClaim } from "./acknowledge-link.ts";

const KEY = new Uint8Array(32).fill(7);
const claim = { case: "case-7", user: "u1", expiresMs: 1_000 };

it("theSameClaimMakesTheSameTokenAndComesBackWhole", () => {
  const token = signClaim(claim, KEY);
  expect(signClaim(claim, KEY)).toBe(token);
  expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(readClaim(token, KEY)).toEqual(claim);
});

it("nothingElseIsAToken", () => {
  const token = signClaim(claim, KEY);
  expect(readClaim(token, new Uint8Array(32))).toBeNull();
  expect(readClaim(`${token}.x`, KEY)).toBeNull();
  const changed = fc.property(fc.nat(token.length - 1), fc.constantFrom(..."aZ9-_."), (at, char) => {
    const other = token.slice(0, at) + char + token.slice(at + 1);
    expect(readClaim(other, KEY)).toEqual(other === token ? claim : null);
  });
  fc.assert(changed);
  const made = fc.property(fc.string(), (text) => {
    expect(readClaim(text, KEY)).toBeNull();
  });
  fc.assert(made);
});
