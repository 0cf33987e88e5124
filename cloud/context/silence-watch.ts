import type { SiteContextEntry } from "./context-log.ts";

/** What is known of one gateway's silence. */
export interface GatewayHearing {
  readonly gateway: string;
  /** When it was last heard, or when this process began to listen. */
  readonly heardMs: number;
  /** The newest time its journal reaches, or null. */
  readonly recordedToMs: number | null;
  /** True while the context log holds it as silent. */
  readonly silent: boolean;
}

/** The tick that time adds to the context log about one gateway at `nowMs`, or null. Pure. */
export function silenceTick(
  hearing: GatewayHearing,
  nowMs: number,
  silentAfterMs: number,
): SiteContextEntry | null {
  const { gateway, heardMs, recordedToMs, silent } = hearing;
  const quiet = nowMs - heardMs >= silentAfterMs;
  if (quiet && !silent) {
    return { kind: "gateway-silent", gateway, effectiveMs: Math.min(recordedToMs ?? heardMs, heardMs) };
  }
  return !quiet && silent ? { kind: "gateway-heard", gateway, effectiveMs: heardMs } : null;
}
