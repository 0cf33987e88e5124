import { Bi } from "../parts/bi.tsx";
import { RANGES, type RangeId } from "../view/chart-range.ts";

interface RangeButtonsProps {
  range: RangeId;
  isZoomed: boolean;
  onRange: (range: RangeId) => void;
}

/** How far back the chart reaches. Any of them follows the present; a drag on the chart stops that. */
export function RangeButtons({ range, isZoomed, onRange }: RangeButtonsProps) {
  return (
    <fieldset class="ranges">
      <legend class="hidden-text">时间范围 Time range</legend>
      {RANGES.map((one) => (
        <button
          key={one.id}
          type="button"
          class="range"
          aria-pressed={one.id === range && !isZoomed}
          onClick={() => onRange(one.id)}
        >
          <Bi zh={one.zh} en={one.en} />
        </button>
      ))}
      <button
        type="button"
        class={isZoomed ? "range range-follow" : "range range-follow range-following"}
        aria-pressed={!isZoomed}
        onClick={() => onRange(range)}
      >
        <Bi zh={isZoomed ? "回到实时" : "跟随实时"} en={isZoomed ? "back to live" : "following"} />
      </button>
    </fieldset>
  );
}
