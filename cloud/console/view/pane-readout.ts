import type { Bilingual } from "../../api/contract.ts";
import type { Lane, LinePane } from "./chart-panes.ts";
import { contactPosition } from "./latest-reading.ts";
import { numberText } from "./quantity.ts";
import { touches } from "./stretch.ts";

/** What a pane of lines shows at one moment: a part a line, then the band. */
export function lineReadout(pane: LinePane, row: number | null): Bilingual {
  const at = row === null ? undefined : pane.columns[0][row];
  if (at === undefined || row === null) return { zh: "", en: "" };
  const atMs = at * 1000;
  const parts = pane.labels.flatMap((label, i) => {
    const [mean, max, min] = [1, 2, 3].map((column) => pane.columns[i * 3 + column]?.[row]);
    if (typeof mean !== "number" || typeof max !== "number" || typeof min !== "number") return [];
    const name = pane.labels.length > 1 ? `${label} ` : "";
    const spread = max > min ? ` (${numberText(min)}–${numberText(max)})` : "";
    return [`${name}${numberText(mean)}${spread} ${pane.unit}`];
  });
  if (parts.length === 0) {
    return touches(pane.unknown, atMs, atMs + 1) ? { zh: "不明", en: "unknown" } : { zh: "", en: "" };
  }
  const band = pane.bands[0]?.steps.find((step) => step.fromMs <= atMs && step.toMs > atMs);
  const values = parts.join(" · ");
  if (band === undefined) return { zh: values, en: "" };
  return { zh: values, en: `常态带 band ${numberText(band.low)}–${numberText(band.high)}` };
}

/** Which contacts are not normal at one moment. */
export function laneReadout(lanes: readonly Lane[], atMs: number): Bilingual {
  const named = (state: string) =>
    lanes.flatMap((lane) => {
      const at = lane.stretches.find((one) => one.fromMs <= atMs && one.toMs > atMs);
      if ((at?.state ?? "unknown") !== state) return [];
      const position = at?.position ?? null;
      return [position === null ? lane.label : `${lane.label} ${contactPosition(lane.role, position).zh}`];
    });
  const abnormal = named("abnormal").join("、");
  const unknown = named("unknown").join("、");
  const zh = [abnormal === "" ? "" : `异常：${abnormal}`, unknown === "" ? "" : `不明：${unknown}`];
  const text = zh.filter((part) => part !== "").join("；");
  return text === "" ? { zh: "全部正常", en: "all normal" } : { zh: text, en: "" };
}
