import type { SiteDetail } from "../../api/contract.ts";
import { ChartPanel } from "../chart/chart-panel.tsx";
import type { ConsoleState, ConsoleStore } from "../store/console-store.ts";
import { useNow } from "../store/use-now.ts";
import { closedAlerts, openAlerts } from "../view/alert-order.ts";
import { chartEndMs } from "../view/chart-range.ts";
import { AlertCard } from "./alert-card.tsx";
import { BaselineCard } from "./baseline-card.tsx";
import { ChannelTiles } from "./channel-tiles.tsx";
import { ClosedAlerts } from "./closed-alerts.tsx";
import { LateDigestLine } from "./late-digest.tsx";
import { SiteHead } from "./site-head.tsx";

interface SitePageProps {
  detail: SiteDetail;
  state: ConsoleState;
  store: ConsoleStore;
}

/** Everything about one site, what needs a person first. */
export function SitePage({ detail, state, store }: SitePageProps) {
  const nowMs = useNow(5000);
  const alerts = state.alerts ?? [];
  const endMs = chartEndMs(detail.gateways, nowMs);
  const waits =
    detail.removedDevices.length > 0 || detail.baselines.some((baseline) => baseline.status === "ready");
  const { acceptBaseline, relearnBaseline } = store;
  const baseline = (
    <BaselineCard detail={detail} me={state.me} onAccept={acceptBaseline} onRelearn={relearnBaseline} />
  );
  return (
    <>
      <SiteHead detail={detail} seenFromMs={state.seenFromMs} />
      <LateDigestLine alerts={alerts} utcOffsetMin={detail.utcOffsetMin} nowMs={nowMs} />
      {openAlerts(alerts).map((alert) => (
        <AlertCard key={alert.id} alert={alert} utcOffsetMin={detail.utcOffsetMin} />
      ))}
      <ChartPanel key={detail.id} detail={detail} alerts={alerts} endMs={endMs} revision={state.revision} />
      {waits && baseline}
      <ChannelTiles channels={detail.channels} />
      {!waits && baseline}
      <ClosedAlerts alerts={closedAlerts(alerts)} utcOffsetMin={detail.utcOffsetMin} />
    </>
  );
}
