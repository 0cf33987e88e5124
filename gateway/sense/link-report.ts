import type { LinkStats } from "./link.ts";

/** One link for the status log: shares rounded to thousandths, times to milliseconds. */
export interface LinkReport {
  readonly up: boolean;
  /** Part of the last minute that the line was occupied, 0 to 1. */
  readonly utilisation: number;
  readonly waiting: number;
  readonly drained: number;
  readonly devices: Readonly<Record<string, DeviceReport>>;
}

interface DeviceReport {
  readonly asked: number;
  readonly answered: number;
  readonly badFrames: number;
  /** Questions since the last answer. */
  readonly unanswered: number;
  /** Mean and longest time from question to answer; absent before the first. */
  readonly roundTripMs?: readonly [mean: number, longest: number];
}

interface Station {
  readonly id: string;
  readonly link: string;
  readonly unit?: number | undefined;
  readonly address?: string | undefined;
}

/** A link's statistics by the names of its devices. Pure. */
export function reportLink(link: string, stats: LinkStats, devices: readonly Station[]): LinkReport {
  const { up, utilisation, waiting, drained, stations } = stats;
  const named = devices.flatMap((device) => {
    const station = stations.get(String(device.unit ?? device.address ?? ""));
    if (device.link !== link || !station) return [];
    const { asked, answered, badFrames, unanswered, roundTripMs } = station;
    const { mean = 0, longest = 0 } = roundTripMs ?? {};
    const times = roundTripMs ? { roundTripMs: [Math.round(mean), Math.round(longest)] as const } : {};
    return [[device.id, { asked, answered, badFrames, unanswered, ...times }] as const];
  });
  return {
    up,
    utilisation: Math.round(utilisation * 1_000) / 1_000,
    waiting,
    drained,
    devices: Object.fromEntries(named),
  };
}
