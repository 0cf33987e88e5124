import type { AlertView } from "@sealwatch/cloud";

const LEVEL_WORDS: Readonly<Record<AlertView["level"], string>> = {
  none: "无",
  blue: "蓝 BLUE",
  yellow: "黄 YELLOW",
  orange: "橙 ORANGE",
  red: "红 RED",
};
const LEVEL_COLOURS: Readonly<Record<AlertView["level"], number>> = {
  none: 0,
  blue: 44,
  yellow: 43,
  orange: 45,
  red: 41,
};
const BAR_CHARS = 30;

/** Writes for a person: a progress line that repaints on a terminal, and plain lines elsewhere. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  #painted = false;
  #lastTenth = -1;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  line(text: string): void {
    if (this.#painted) this.#out.write("\r\x1b[K");
    this.#painted = false;
    this.#out.write(`${text}\n`);
  }

  /** Share in [0, 1]. Off a terminal, one line each tenth. */
  progress(share: number, text: string): void {
    if (this.#out.isTTY) {
      const filled = Math.round(share * BAR_CHARS);
      this.#out.write(`\r\x1b[K  [${"█".repeat(filled)}${"·".repeat(BAR_CHARS - filled)}] ${text}`);
      this.#painted = true;
      return;
    }
    const tenth = Math.floor(share * 10);
    if (tenth <= this.#lastTenth) return;
    this.#lastTenth = tenth;
    this.line(`  ${tenth * 10} %  ${text}`);
  }

  alert(alert: AlertView): void {
    const word = ` 监测提示 ${LEVEL_WORDS[alert.level]} `;
    const label = this.#out.isTTY
      ? `\x1b[97;${LEVEL_COLOURS[alert.level]}m${word}\x1b[0m`
      : `[${word.trim()}]`;
    const delayS = ((alert.updatedMs - alert.eventMs) / 1000).toFixed(0);
    this.line(`${label} ${alert.sentence.zh}\n    ${alert.sentence.en}\n    (${delayS} s after it happened)`);
  }
}
