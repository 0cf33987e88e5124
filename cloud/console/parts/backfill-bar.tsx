import { backfillShare } from "../view/gateway-state.ts";
import { durationText, momentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";

interface BackfillBarProps {
  recordedToMs: number;
  seenFromMs: number;
  nowMs: number;
  utcOffsetMin: number;
}

/** How far a gateway that is sending its past has come. */
export function BackfillBar({ recordedToMs, seenFromMs, nowMs, utcOffsetMin }: BackfillBarProps) {
  const behind = durationText(nowMs - recordedToMs);
  const reached = momentText(recordedToMs, utcOffsetMin);
  return (
    <div class="backfill">
      <Bi
        zh={`正在补传，已到 ${reached}，还差 ${behind.zh}`}
        en={`back-filling up to ${reached}, ${behind.en} to go`}
      />
      <progress
        max={1}
        value={backfillShare(recordedToMs, seenFromMs, nowMs)}
        aria-label="补传进度 back-fill progress"
      />
    </div>
  );
}
