import { qualityName, toValue } from "@sealwatch/protocols";
import { viewBaselines } from "../detect/baseline-view.ts";
import type { LiveSite } from "../pipeline/live-site.ts";
import type { SegmentPipeline } from "../pipeline/segment-pipeline.ts";
import type { GatewayPresence } from "../registry/gateway-presence.ts";
import type { SiteRegistry } from "../registry/site-registry.ts";
import type { GatewayJournalView } from "../replica/gateway-view.ts";
import { baselineStatus, lastWord, removedDevices } from "./baseline-state.ts";
import type { ChannelView, GatewayView, SiteDetail, SiteSummary } from "./contract.ts";

/** Where a site's view is read from. */
export interface SiteSources {
  readonly registry: SiteRegistry;
  readonly pipeline: SegmentPipeline;
  readonly presence: GatewayPresence;
}

/** A site as a list shows it. */
export function viewSite({ config, verdict }: LiveSite, sources: SiteSources): SiteSummary {
  const { id, name, address, township, utcOffsetMin, formerLoadW } = config;
  return {
    id,
    name,
    address,
    township,
    utcOffsetMin,
    formerLoadW,
    verdict: verdict?.verdict ?? "unknown",
    level: verdict?.level ?? "none",
    sinceMs: verdict?.sinceMs ?? null,
    gateways: sources.registry.gatewaysOf(id).map((gateway) => viewGateway(gateway.id, sources)),
  };
}

/** A site with everything known of its channels and baselines. */
export function viewSiteDetail(site: LiveSite, sources: SiteSources): SiteDetail {
  const gateways = sources.registry.gatewaysOf(site.config.id);
  const journals = gateways.flatMap(({ id }) => sources.pipeline.journal(id) ?? []);
  const word = lastWord(site.context);
  return {
    ...viewSite(site, sources),
    channels: journals.flatMap(({ gateway, folds }) => viewChannels(gateway, folds.view)),
    baselines: journals.flatMap(({ gateway, folds }) =>
      viewBaselines(folds.detection).map((baseline) => ({
        gateway,
        ...baseline,
        status: baselineStatus(baseline, word, folds.view.recordedToMs),
      })),
    ),
    ...word,
    removedDevices: journals.flatMap((journal) => removedDevices(journal, site.context)),
  };
}

function viewGateway(id: string, { pipeline, presence, registry }: SiteSources): GatewayView {
  const journal = pipeline.journal(id);
  const view = journal?.folds.view;
  return {
    id,
    ...presence.of(id),
    recordedToMs: view?.recordedToMs ?? null,
    segments: view?.segments ?? 0,
    readings: view?.readings ?? 0,
    droppedSegments: view?.droppedSegments ?? 0,
    droppedReadings: view?.droppedReadings ?? 0,
    branches: [...(journal?.heads.values() ?? [])].filter(({ start }) => start === "branch").length,
    contradictions: pipeline.contradictions(id),
    software: pipeline.hello(id)?.software ?? null,
    revokedMs: registry.gateway(id)?.revokedMs ?? null,
  };
}

function viewChannels(gateway: string, view: GatewayJournalView): ChannelView[] {
  return view.channels.map((channel) => {
    const latest = view.latest[channel.id];
    return {
      gateway,
      id: channel.id,
      device: channel.device,
      point: channel.point,
      kind: channel.kind,
      phase: channel.phase ?? null,
      unit: channel.unit,
      label: channel.label,
      feeder: channel.feeder ?? null,
      contact: channel.contact ?? null,
      latest: latest
        ? {
            atMs: latest[0],
            value: latest[1] === null ? null : toValue(latest[1], channel.decimals),
            quality: qualityName(latest[2]),
          }
        : null,
    };
  });
}
