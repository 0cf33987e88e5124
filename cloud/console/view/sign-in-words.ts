import type { Bilingual } from "../../api/contract.ts";

const WORDS: Readonly<Record<string, string>> = {
  SIGN_IN_REFUSED: "用户名或密码不正确",
  CODE_WRONG: "动态码不正确，或已经用过",
  ACCOUNT_LOCKED: "密码错误次数过多，账号暂时锁定",
  TOO_MANY_REQUESTS: "尝试过于频繁，请稍候",
  PASSWORD_WEAK: "密码不符合要求",
  UNREACHABLE: "连接不上服务器",
};

/** Why somebody could not sign in or save a password, in both languages. */
export function signInProblem({ code, message }: { code: string; message: string }): Bilingual {
  return { zh: WORDS[code] ?? "服务器拒绝了请求", en: message.replace(/^[A-Z_]+: /, "") };
}
