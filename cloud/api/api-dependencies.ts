import type { Clock, RefusalCounter } from "@sealwatch/platform";
import type { Actor } from "../access/actor.ts";
import type { OpenIdDoor } from "../access/open-id.ts";
import type { GatewayIdentities } from "../identity/gateway-identities.ts";
import type { Notifier } from "../notify/notifier.ts";
import type { PhotoFiles } from "../photos/photo-files.ts";
import type { SegmentPipeline } from "../pipeline/segment-pipeline.ts";
import type { GatewayPresence } from "../registry/gateway-presence.ts";
import type { SiteRegistry } from "../registry/site-registry.ts";
import type { Database } from "../store/database.ts";
import type { EventStream } from "./event-stream.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { RequestSessions } from "./session-cookie.ts";

/** What the routes answer from. */
export interface ApiDependencies {
  readonly db: Database;
  readonly registry: SiteRegistry;
  readonly identities: GatewayIdentities;
  readonly pipeline: SegmentPipeline;
  readonly presence: GatewayPresence;
  readonly stream: EventStream;
  readonly refusals: RefusalCounter;
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly limits: RateLimits;
  readonly photos: PhotoFiles;
  readonly sessions: RequestSessions;
  /** What an installer dials to enrol a gateway, `host:port`; null: nobody enrols here. */
  readonly enrolAt: string | null;
  /** Who acts without having signed in; null but in an open demo. */
  readonly openActor: Actor | null;
  /** Cookies go over HTTPS only; false in a demo on loopback. */
  readonly secureCookies: boolean;
  /** The county's own OpenID provider, if it has one. */
  readonly openId: OpenIdDoor | null;
}
