import fc from "fast-check";
import { expect, it } from "vitest";
import { csvLines, LINE_MAX_CHARS } from "./csv-lines.ts";

async function linesOf(pieces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of csvLines(fromPieces(pieces))) lines.push(...some);
  return lines;
}

async function* fromPieces(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

it("lines are the same wherever the file is cut into pieces", async () => {
  const piece = fc.string({ unit: fc.constantFrom("a", ",", "\n", "\r", "\r\n"), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece), async (pieces) => {
      const whole = pieces.join("");
      const expected = whole.split(/\r\n|\n|\r/);
      if (expected.at(-1) === "") expected.pop();
      expect(await linesOf(pieces)).toEqual(expected);
    }),
  );
});

it("a line without an end is held to its bound", async () => {
  const piece = "x".repeat(LINE_MAX_CHARS);
  const lines = await linesOf([piece, piece, piece, "\nnext"]);
  expect(lines.map(({ length }) => length)).toEqual([LINE_MAX_CHARS + 1, "next".length]);
});
