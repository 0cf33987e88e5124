import fc from "fast-check";

/** A JSON Schema as the OpenAPI document holds it, as far as bodies are made from it. */
export interface BodySchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly required?: readonly string[];
  readonly items?: BodySchema;
  readonly anyOf?: readonly BodySchema[];
  readonly oneOf?: readonly BodySchema[];
  readonly allOf?: readonly BodySchema[];
  readonly maxLength?: number;
}

/** Texts that break what is built by pasting: SQL, HTML, paths, patterns, bidi marks, half a surrogate pair, NUL. */
export const HOSTILE_TEXTS = [
  "'; drop table site; --",
  "' or '1'='1",
  "%_%",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "C:\\windows\\win.ini",
  "\u0000",
  "\ud800",
  "\u202egpj.exe",
  "{{7*7}}#{7*7}",
  '=HYPERLINK("http://evil.example")',
  "\r\nSet-Cookie: a=b",
  "青".repeat(3_000),
  "__proto__",
  "",
  " ",
] as const;

/** Values of a schema's shape whose texts come from `texts`. */
function shaped(schema: BodySchema, texts: readonly string[], depth = 0): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => shaped(choice, texts, depth + 1)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === "object" || schema.properties) {
    const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [
      name,
      shaped(field, texts, depth + 1),
    ]);
    return fc.record<Record<string, unknown>, string>(Object.fromEntries(fields), {
      requiredKeys: [...(schema.required ?? [])],
    });
  }
  if (schema.type === "array")
    return fc.array(shaped(schema.items ?? {}, texts, depth + 1), { maxLength: 3 });
  if (schema.type === "number" || schema.type === "integer") {
    return fc.constantFrom(0, 1, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, 1_700_000_000_000, Number.MIN_VALUE);
  }
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "null") return fc.constant(null);
  return fc.constantFrom(...texts);
}

/** Anything at all, or a value of the shape with something wrong in it. */
export function hostileBody(schema: BodySchema | null, texts: readonly string[]): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(null, [], {}, "", 0, { __proto__: { admin: true } }, { constructor: 1 }),
  );
  return schema ? fc.oneof({ weight: 3, arbitrary: shaped(schema, texts) }, anything) : anything;
}
