import type { ChannelDescription } from "@sealwatch/protocols";
import type { Database } from "../../store/database.ts";
import type { ChartView, ContactTrack, SeriesView } from "../contract.ts";
import { bucketize } from "./buckets.ts";
import { readChartSource } from "./chart-source.ts";
import { contactTrack } from "./contact-steps.ts";

/** A gateway and its channels, as the newest channel list describes them. */
export interface ChartedGateway {
  readonly id: string;
  readonly channels: readonly ChannelDescription[];
}

/** Builds the chart of a site: power and gas as columns, contacts as steps, holes as holes. */
export async function buildChart(
  db: Database,
  gateways: readonly ChartedGateway[],
  { fromMs, toMs, points }: { fromMs: number; toMs: number; points: number },
): Promise<ChartView> {
  const bucketMs = Math.max(1000, Math.ceil((toMs - fromMs) / points / 1000) * 1000);
  const series: SeriesView[] = [];
  const contacts: ContactTrack[] = [];
  const gaps: ChartView["gaps"] = [];
  for (const gateway of gateways) {
    const charted = gateway.channels.filter(isCharted);
    const source = await readChartSource(db, gateway.id, charted, { fromMs, toMs });
    for (const channel of charted) {
      const { id, kind, unit, label } = channel;
      const columns = bucketize(source.stretches.get(id) ?? [], { fromMs, toMs, bucketMs });
      series.push({ gateway: gateway.id, channel: id, kind, unit, label, ...columns });
    }
    for (const { id, label, contact } of gateway.channels) {
      if (!contact || contact.role === "other") continue;
      const steps = contactTrack(source.contacts.get(id) ?? [], source.gaps);
      contacts.push({ gateway: gateway.id, channel: id, label, ...contact, steps });
    }
    gaps.push(...source.gaps.map((gap) => ({ gateway: gateway.id, ...gap })));
  }
  return { fromMs, toMs, bucketMs, series, contacts, gaps };
}

function isCharted(channel: ChannelDescription): boolean {
  return (
    channel.kind === "voc" || (channel.kind === "active-power" && (channel.phase ?? "total") === "total")
  );
}
