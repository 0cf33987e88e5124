import { describe, expect, it } from "vitest";
import { hashPassword, isPassword, passwordProblem } from "./password.ts";

describe("passwords", () => {
  it("areStoredAsArgon2idWithASaltOfTheirOwn", async () => {
    const [one, other] = await Promise.all([hashPassword("翻墙三查 2026"), hashPassword("翻墙三查 2026")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await isPassword(one, "翻墙三查 2026")).toBe(true);
    expect(await isPassword(one, "翻墙三查 2025")).toBe(false);
    expect(await isPassword(null, "anything")).toBe(false);
    expect(await isPassword("no hash at all", "anything")).toBe(false);
  });

  it("areRefusedWhenShortPlainOrNamedAfterTheirUser", () => {
    expect(passwordProblem("short", "li")).toMatch(/10 characters/);
    expect(passwordProblem("x".repeat(200), "li")).toMatch(/at most/);
    expect(passwordProblem("Li.Wei-is-here", "li.wei")).toMatch(/user name/);
    expect(passwordProblem("aaaaaaaaaaab", "li")).toMatch(/different/);
    expect(passwordProblem("四个彻底-翻墙三查-秋", "li")).toBe(null);
  });
});
