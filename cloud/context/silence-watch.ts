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
  /** Who has taken the place of a revoked gateway, and when it was first heard; null: nobody yet. */
  readonly successor: { readonly gateway: string; readonly heardMs: number } | null;
}

/** The tick that time adds to the context log about one gateway at `nowMs`, or null. Pure. */
export function silenceTick(
  hearing: GatewayHearing,
  nowMs: number,
  silentAfterMs: number,
): SiteContextEntry | null {
  const { gateway, heardMs, recordedToMs, silent, successor } = hearing;
  if (successor) {
    const replaced = { kind: "gateway-replaced", gateway, by: successor.gateway } as const;
    return silent ? { ...replaced, effectiveMs: successor.heardMs } : null;
  }
  const quiet = nowMs - heardMs >= silentAfterMs;
  if (quiet && !silent) {
    return { kind: "gateway-silent", gateway, effectiveMs: Math.min(recordedToMs ?? heardMs, heardMs) };
  }
  return !quiet && silent ? { kind: "gateway-heard", gateway, effectiveMs: heardMs } : null;
}
