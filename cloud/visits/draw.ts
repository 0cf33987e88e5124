import { createHash } from "node:crypto";

/** Sites one draw is made of, at most. */
export const POPULATION_MAX = 20_000;

/**
 * `count` of a population by lot: the ids with the smallest SHA-256 of `seed`, a line feed and the id. Anybody can do it again with
 * sha256sum; the order of the population does not matter. Pure.
 */
export function drawSites(population: readonly string[], count: number, seed: string): string[] {
  return [...new Set(population)]
    .map((id) => ({ id, ticket: createHash("sha256").update(`${seed}\n${id}`).digest("hex") }))
    .sort((a, b) => (a.ticket < b.ticket ? -1 : 1))
    .slice(0, count)
    .map(({ id }) => id);
}

/** How anybody does a draw again. */
export const VERIFY_DRAW = {
  zh: "对名单中每个厂点编号 ID 计算 SHA-256(种子 + 换行 + ID)，按结果从小到大取前 n 个：printf '%s\\n%s' 种子 ID | sha256sum",
  en: "for each id of the population compute SHA-256(seed, line feed, id) and take the n smallest: printf '%s\\n%s' SEED ID | sha256sum",
} as const;
