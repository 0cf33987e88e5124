/** A longer line is cut to one character more. */
export const LINE_MAX_CHARS = 65_536;

/** The lines of a text that comes in pieces, a piece's worth at a time; they end with LF, CRLF or CR. */
export async function* csvLines(pieces: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = "";
  for await (const piece of pieces) {
    const text = rest + piece;
    // The other half of a CRLF may be in the next piece.
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(/\r\n|\n|\r/);
    const last = lines.pop() ?? "";
    rest = last.slice(0, LINE_MAX_CHARS + 1) + text.slice(end);
    yield lines;
  }
  if (rest !== "") yield [rest.replace(/\r$/, "")];
}
