import type { AlertView } from "../../api/contract.ts";
import { clockText, momentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";
import { LevelTag } from "./level-tag.tsx";

/** Every change of an alert's level, oldest first: when it happened, and when the cloud knew. */
export function LevelHistory(props: { history: AlertView["history"]; utcOffsetMin: number }) {
  if (props.history.length === 0) return null;
  return (
    <>
      <h3 class="block-title">
        <Bi zh="等级变化" en="Levels" />
      </h3>
      <ol class="level-history">
        {props.history.map((change) => (
          <li key={`${change.level} ${change.eventMs} ${change.recordedMs}`}>
            <LevelTag level={change.level} />
            <span>{momentText(change.eventMs, props.utcOffsetMin)}</span>
            <span class="bi-en">获知 known {clockText(change.recordedMs, props.utcOffsetMin)}</span>
            {change.withdrawnMs !== null && (
              <span class="bi-en">已撤回 withdrawn {momentText(change.withdrawnMs, props.utcOffsetMin)}</span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
