import type { BaselineView } from "../../api/contract.ts";
import { bandOutline } from "../view/band-outline.ts";

const WIDTH = 240;
const HEIGHT = 44;

/** A learned day, midnight to midnight: the band and its middle. */
export function BaselinePlot({ hours, isDashed }: { hours: BaselineView["hours"]; isDashed: boolean }) {
  if (hours.length < 2) return <span class="baseline-plot baseline-plot-empty" />;
  const outline = bandOutline(hours, WIDTH, HEIGHT);
  return (
    <div>
      <svg
        class={isDashed ? "baseline-plot baseline-plot-dashed" : "baseline-plot"}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="一天二十四小时的常态带 The band over the day"
      >
        <polygon class="baseline-band" points={outline.band} />
        <polyline class="baseline-mid" points={outline.mid} />
      </svg>
      <div class="baseline-hours" aria-hidden="true">
        {["0 时", "6", "12", "18", "23"].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}
