import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";
import { platformError } from "./platform-errors.ts";

/** One thing wrong in a configuration, told so that it can be mended. */
export interface ConfigProblem {
  /** Path of the field, such as `devices[2].unit`. */
  readonly path: string;
  /** What is there now, shortened. */
  readonly found: string;
  /** What to write instead. */
  readonly fix: string;
}

const FOUND_MAX_CHARS = 60;

/** Reads and checks a YAML file; every problem is told at once. Throws CONFIG_UNREADABLE or CONFIG_INVALID. */
export function loadConfigFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  return parseConfig(readConfigText(file), schema, file);
}

/** As loadConfigFile, from text; `file` only names the source in messages. */
export function parseConfig<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  file: string,
): z.output<Schema> {
  const document = parseYaml(text, file);
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describe(issue, document));
  const lines = problems.map(({ path, found, fix }) => `  ${path}: ${fix} (found ${found})`).join("\n");
  throw platformError("CONFIG_INVALID", { file, count: problems.length, problems: lines });
}

/** A configuration's text. Throws CONFIG_UNREADABLE. */
export function readConfigText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw platformError(
      "CONFIG_UNREADABLE",
      { file, why: (cause as NodeJS.ErrnoException).code ?? "unknown" },
      cause,
    );
  }
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw platformError("CONFIG_UNREADABLE", { file, why }, cause);
  }
}

function describe(issue: z.core.$ZodIssue, document: unknown): ConfigProblem {
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    document,
  );
  const shown = found === undefined ? "nothing" : JSON.stringify(found).slice(0, FOUND_MAX_CHARS);
  return { path: formatPath(issue.path), found: shown, fix: issue.message };
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text.replace(/^\./, "") || "(whole file)";
}
