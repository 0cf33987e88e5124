/** One line of either side, UTF-8 with its newline; a device with all its exchanges stays far below. */
export const LINE_MAX_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Cuts bytes into lines, of bounded length. Null from `push` once a line is too long: the peer speaks something else. */
export class LineCutter {
  #rest: Uint8Array[] = [];
  #bytes = 0;

  push(chunk: Uint8Array): string[] | null {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      if (!this.#keep(chunk.subarray(from, end))) return null;
      lines.push(Buffer.concat(this.#rest).toString("utf8"));
      this.#rest = [];
      this.#bytes = 0;
      from = end + 1;
    }
    return this.#keep(chunk.subarray(from)) ? lines : null;
  }

  #keep(part: Uint8Array): boolean {
    this.#bytes += part.length;
    if (this.#bytes > LINE_MAX_BYTES) return false;
    if (part.length > 0) this.#rest.push(part);
    return true;
  }
}

/** JSON, or undefined where it is none. */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
