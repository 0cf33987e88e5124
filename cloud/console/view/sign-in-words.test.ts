import { expect, it } from "vitest";
import { signInProblem } from "./sign-in-words.ts";

it("saysInBothLanguagesWhyNobodyCameIn", () => {
  expect(signInProblem({ code: "ACCOUNT_LOCKED", message: "ACCOUNT_LOCKED: wait for 60 s" })).toEqual({
    zh: "密码错误次数过多，账号暂时锁定",
    en: "wait for 60 s",
  });
  expect(signInProblem({ code: "SOMETHING", message: "else" }).zh).toBe("服务器拒绝了请求");
});
