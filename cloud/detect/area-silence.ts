import { compareText } from "./episode.ts";
import { MINUTE_MS } from "./local-time.ts";
import type { GatewaySilence } from "./rules/gateway-silent.ts";

/** A gateway's silence and the site it stands at. */
export interface SilenceAtSite extends GatewaySilence {
  readonly site: string;
}

/** Gateways of several sites of one area that fell silent together: the mains or the network of the area, one cause, one alert. */
export interface AreaSilence {
  /** `area:<area>:silence:<fromMs>`. */
  readonly id: string;
  readonly area: string;
  readonly fromMs: number;
  /** When the last of them was heard again; null: some are still silent. */
  readonly toMs: number | null;
  /** In the order in which they fell silent. */
  readonly silences: readonly SilenceAtSite[];
}

/** A quiet gateway writes a segment every five minutes: so far apart are the last words of two that are cut off at one moment. */
const TOGETHER_MS = 6 * MINUTE_MS;
const SITES_MIN = 2;

/** The common silences of an area, whatever the order in which they became known. A silence is in one of them at most. */
export function areaSilences(area: string, silences: readonly SilenceAtSite[]): AreaSilence[] {
  const inOrder = [...silences].sort(
    (a, b) => a.fromMs - b.fromMs || compareText(a.site, b.site) || compareText(a.gateway, b.gateway),
  );
  const groups: SilenceAtSite[][] = [];
  for (const silence of inOrder) {
    const group = groups.at(-1);
    if (group && silence.fromMs - (group[0]?.fromMs ?? 0) <= TOGETHER_MS) group.push(silence);
    else groups.push([silence]);
  }
  return groups
    .filter((group) => new Set(group.map(({ site }) => site)).size >= SITES_MIN)
    .map((group): AreaSilence => {
      const fromMs = group[0]?.fromMs ?? 0;
      const ends = group.map(({ toMs }) => toMs ?? Infinity);
      const toMs = Math.max(...ends);
      return {
        id: `area:${area}:silence:${fromMs}`,
        area,
        fromMs,
        toMs: Number.isFinite(toMs) ? toMs : null,
        silences: group,
      };
    });
}
