import type { AlertView } from "../../api/contract.ts";
import { durationText, momentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";
import { LevelTag } from "./level-tag.tsx";

/** Alerts that are over, folded away, newest first. */
export function ClosedAlerts({
  alerts,
  utcOffsetMin,
}: {
  alerts: readonly AlertView[];
  utcOffsetMin: number;
}) {
  if (alerts.length === 0) return null;
  return (
    <details class="card closed-alerts">
      <summary>
        <Bi zh={`已关闭的告警 · ${alerts.length}`} en="Closed alerts" />
      </summary>
      <ul>
        {alerts.map((alert) => (
          <li key={alert.id}>
            <LevelTag level={alert.level} />
            <span class="closed-when">{momentText(alert.eventMs, utcOffsetMin)}</span>
            <span class="closed-text">
              <Bi {...alert.sentence} />
              {alert.late && <span class="alert-mark alert-mark-late">补传追回</span>}
            </span>
            <span class="bi-en">
              持续 {durationText((alert.closedMs ?? alert.updatedMs) - alert.eventMs).zh}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
