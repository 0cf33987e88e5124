import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_THRESHOLDS, THRESHOLD_BOUNDS, thresholdNames } from "./rule-thresholds.ts";

const RULES = new URL("./rules/", import.meta.url);
const manual = readFileSync(new URL("../../docs/detection.md", import.meta.url), "utf8");

/** Each rule's name with its version, as its file states them. */
function statedRules(): { file: string; id: string; version: number }[] {
  return readdirSync(RULES)
    .filter((file) => file.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(new URL(file, RULES), "utf8");
      const stated = /\bid: "([a-z-]+)",\s+version: (\d+)/.exec(source);
      return stated ? [{ file, id: stated[1] ?? "", version: Number(stated[2]) }] : [];
    });
}

describe("the manual of detection", () => {
  const rules = statedRules();

  it("names every rule that there is, and no other, each with its plot and what it cannot do", () => {
    const [overview = ""] = manual.split("\n## ");
    const table = [...overview.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, id]) => id);
    expect(table.toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
    const sections = manual.split(/^##+ /m);
    for (const { id } of rules) {
      const own = sections.find((section) =>
        new RegExp(`^[^\\n]*\\n\\n[^\\n]*\`${id}\`[^\\n]*:`).test(section),
      );
      expect(own, `a section that begins with one sentence on ${id}`).toBeDefined();
      expect(own).toMatch(/\(plots\/[a-z-]+\.svg\)/);
      expect(own, `the limits of ${id}`).toMatch(/[Cc]annot/);
    }
  });

  it("states every threshold with the default and the bounds that count", () => {
    const rows = [...manual.matchAll(/^\| `([A-Za-z]+)` +\| ([^|]+) +\| ([^|]+) +\|/gm)].map(
      ([, name = "", value = "", bounds = ""]) => [
        name,
        Number(value),
        bounds.split("–").map((bound) => Number(bound.replaceAll(" ", ""))),
      ],
    );
    expect(rows).toEqual(
      expect.arrayContaining(
        thresholdNames.map((name) => [name, DEFAULT_THRESHOLDS[name], [...THRESHOLD_BOUNDS[name]]]),
      ),
    );
  });
});

describe("every rule", () => {
  it("has a version of its own", () => {
    const rules = statedRules();
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { version } of rules) expect(version).toBeGreaterThanOrEqual(1);
  });
});
