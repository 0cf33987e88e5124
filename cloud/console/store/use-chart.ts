import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartView } from "../../api/contract.ts";
import {
  CHART_POINTS,
  firstRecordedMs,
  HISTORY_MAX_MS,
  type RangeId,
  rangeWindow,
} from "../view/chart-range.ts";
import type { Stretch } from "../view/stretch.ts";
import { countyApi, RequestFailure } from "./county-api.ts";
import { createPacer, type Pacer } from "./pacer.ts";

/** What the chart panel wants to see: a range that ends at `endMs`, or a zoomed window. */
export interface ChartWish {
  readonly site: string;
  readonly range: RangeId;
  readonly zoom: Stretch | null;
  readonly endMs: number;
  readonly revision: number;
}

/** The newest chart with the window it was read for: the two change together, so that nothing unread looks unknown. */
export interface ChartReading {
  readonly read: { readonly chart: ChartView; readonly window: Stretch } | null;
  readonly failure: RequestFailure | null;
}

const READ_DELAY_MS = 60;

/** Reads the chart again whenever the wish changes, one read at a time. */
export function useChart(wish: ChartWish): ChartReading {
  const [read, setRead] = useState<ChartReading["read"]>(null);
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const first = useRef<{ site: string; atMs: number } | null>(null);
  const wanted = useRef(wish);
  wanted.current = wish;

  const pacer = useRef<Pacer | null>(null);
  pacer.current ??= createPacer(async () => {
    const now = wanted.current;
    try {
      if (now.range === "all" && now.zoom === null && first.current?.site !== now.site) {
        first.current = await findFirst(now);
      }
      const window = windowOf(now, first.current);
      const chart = await countyApi.chart(now.site, window, CHART_POINTS);
      if (wanted.current.site !== now.site) return;
      setRead({ chart, window });
      setFailure(null);
    } catch (error) {
      setFailure(
        error instanceof RequestFailure ? error : new RequestFailure(0, "UNREADABLE", String(error)),
      );
    }
  }, READ_DELAY_MS);

  const window = windowOf(wish, first.current);
  useEffect(() => pacer.current?.poke(), [wish.site, window.fromMs, window.toMs, wish.revision]);
  useEffect(() => setRead(null), [wish.site]);
  return { read, failure };
}

function windowOf(wish: ChartWish, first: { site: string; atMs: number } | null): Stretch {
  return wish.zoom ?? rangeWindow(wish.range, wish.endMs, first?.site === wish.site ? first.atMs : null);
}

/** One coarse look over the longest history finds where the record begins. */
async function findFirst(wish: ChartWish): Promise<{ site: string; atMs: number } | null> {
  const history = { fromMs: Math.max(0, wish.endMs - HISTORY_MAX_MS), toMs: wish.endMs };
  const atMs = firstRecordedMs(await countyApi.chart(wish.site, history, CHART_POINTS));
  return atMs === null ? null : { site: wish.site, atMs };
}
