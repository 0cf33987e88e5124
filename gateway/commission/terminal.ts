/** Where a tool writes: results to `out`, what is under way to `progress`. */
export interface Terminal {
  readonly out: (text: string) => void;
  /** Standard error, and whether a person watches it. */
  readonly progress: { readonly isTty: boolean; readonly write: (text: string) => void };
  /** True when standard output is repainted for a person. */
  readonly repaints: boolean;
}

const LINE_EVERY_MS = 10_000;
const REPAINT_EVERY_MS = 200;

/** Shows one line that changes: in place for a person, a new line now and then for a log. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #shownMs = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, nowMs: () => number) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
  }

  show(line: string): void {
    const { isTty, write } = this.#terminal.progress;
    const nowMs = this.#nowMs();
    if (nowMs - this.#shownMs < (isTty ? REPAINT_EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownMs = nowMs;
    write(isTty ? `\r\x1b[K${line}` : `${line}\n`);
  }

  clear(): void {
    if (this.#terminal.progress.isTty) this.#terminal.progress.write("\r\x1b[K");
  }
}
