import type { Level } from "../../api/contract.ts";
import { LEVEL_WORDS } from "../view/words.ts";

/** A level as coloured text: the character says it, the colour repeats it. */
export function LevelTag({ level }: { level: Level }) {
  const words = LEVEL_WORDS[level];
  return (
    <span class={`level-tag level-${level}`}>
      <span lang="zh">{words.zh}</span>
      <span class="level-tag-en" lang="en">
        {words.en}
      </span>
    </span>
  );
}
