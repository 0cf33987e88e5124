import type { Clock, RefusalCounter } from "@sealwatch/platform";
import type { SegmentPipeline } from "../pipeline/segment-pipeline.ts";
import type { GatewayPresence } from "../registry/gateway-presence.ts";
import type { SiteRegistry } from "../registry/site-registry.ts";
import type { Database } from "../store/database.ts";
import type { EventStream } from "./event-stream.ts";

/** What the routes answer from. */
export interface ApiDependencies {
  readonly db: Database;
  readonly registry: SiteRegistry;
  readonly pipeline: SegmentPipeline;
  readonly presence: GatewayPresence;
  readonly stream: EventStream;
  readonly refusals: RefusalCounter;
  readonly clock: Clock;
}
