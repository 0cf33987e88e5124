import type { SiteSummary } from "../../api/contract.ts";
import { useNow } from "../store/use-now.ts";
import { siteOrder } from "../view/alert-order.ts";
import { verdictCaveat } from "../view/gateway-state.ts";
import { hashOfSite } from "../view/site-route.ts";
import { LevelTag } from "./level-tag.tsx";
import { VerdictBadge } from "./verdict-badge.tsx";

const CAVEAT = { silent: "失联", never: "未接入", backfilling: "补传中", live: "" } as const;

/** Every site of the county, what needs a person first. */
export function SiteList({ sites, chosen }: { sites: readonly SiteSummary[]; chosen: string | null }) {
  const nowMs = useNow(10_000);
  return (
    <nav class="site-list" aria-label="厂点 Sites">
      <h2 class="site-list-title">
        厂点 <span class="bi-en">Sites · {sites.length}</span>
      </h2>
      <ul>
        {siteOrder(sites).map((site) => {
          const caveat = verdictCaveat(site.gateways, nowMs);
          return (
            <li key={site.id}>
              <a
                class="site-link"
                href={hashOfSite(site.id)}
                {...(site.id === chosen ? { "aria-current": "page" as const } : {})}
              >
                <span class="site-link-name">{site.name.zh}</span>
                <span class="site-link-place">{site.township}</span>
                <span class="site-link-state">
                  <VerdictBadge verdict={site.verdict} size="small" />
                  {site.level !== "none" && <LevelTag level={site.level} />}
                  {caveat !== null && <span class="caveat-tag">{CAVEAT[caveat]}</span>}
                </span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
