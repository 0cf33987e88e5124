import type { DevicePoint } from "./device-point.ts";

/** Turns ratios of the transformers before a meter: 40 for 200 A / 5 A, 1 where there is none, null where nobody told. */
export interface TransformerRatios {
  readonly ct: number | null;
  readonly pt: number | null;
}

/** By what a point's value is multiplied to be of the primary side; null where it is needed and not known. */
export function multiplierOf(
  point: Pick<DevicePoint, "kind" | "secondary">,
  ratios: TransformerRatios | null,
): number | null {
  if (!point.secondary) return 1;
  if (!ratios) return null;
  switch (point.kind) {
    case "current":
      return ratios.ct;
    case "voltage":
      return ratios.pt;
    case "active-power":
    case "reactive-power":
    case "apparent-power":
    case "energy-import":
    case "energy-export":
      return ratios.ct === null || ratios.pt === null ? null : ratios.ct * ratios.pt;
    default:
      return 1;
  }
}

/**
 * The ratios to use: what the meter itself says (its points of kind `ct-ratio` and `pt-ratio`, by point id in `values`), else what was
 * configured. A voltage transformer that nobody mentions is none; a current transformer that nobody mentions is unknown.
 */
export function ratiosOf(
  points: readonly DevicePoint[],
  values: Readonly<Record<string, number | null>>,
  configured: { readonly ct?: number | undefined; readonly pt?: number | undefined } = {},
): TransformerRatios {
  return {
    ct: stated("ct-ratio") ?? configured.ct ?? null,
    pt: stated("pt-ratio") ?? configured.pt ?? 1,
  };

  function stated(kind: DevicePoint["kind"]): number | undefined {
    const point = points.find((candidate) => candidate.kind === kind);
    const value = point ? values[point.id] : undefined;
    return typeof value === "number" && value > 0 ? value : undefined;
  }
}
