import { Bi } from "../parts/bi.tsx";

/** What the chart's marks mean. */
export function ChartLegend({ isLearning }: { isLearning: boolean }) {
  return (
    <ul class="legend">
      <li>
        <span class="key key-line" aria-hidden="true" />
        <Bi zh="均值" en="mean" />
      </li>
      <li>
        <span class="key key-spread" aria-hidden="true" />
        <Bi zh="最小–最大" en="min–max" />
      </li>
      <li>
        <span class={isLearning ? "key key-band-learning" : "key key-band"} aria-hidden="true" />
        {isLearning ? <Bi zh="常态带（学习中）" en="band, learning" /> : <Bi zh="常态带" en="normal band" />}
      </li>
      <li>
        <span class="key key-abnormal" aria-hidden="true" />
        <Bi zh="触点异常" en="contact abnormal" />
      </li>
      <li>
        <span class="key key-unknown" aria-hidden="true" />
        <Bi zh="不明" en="unknown" />
      </li>
    </ul>
  );
}
