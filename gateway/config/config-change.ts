import { isDeepStrictEqual } from "node:util";
import type { GatewayConfig } from "./gateway-config.ts";
import type { LoadedConfig } from "./load-gateway-config.ts";

/** What may change while a gateway runs; the rest is part of what it is, or is opened once. */
const LIVE_FIELDS: readonly string[] = ["broker", "links", "devices", "segments", "earlySegments", "limits"];

/** The fields that differ but cannot change while the gateway runs, such as `journal.budgetMb`; none if it can be applied. */
export function fixedFieldsChanged(running: LoadedConfig, wanted: LoadedConfig): string[] {
  const keys = [...new Set([...Object.keys(running), ...Object.keys(wanted)])];
  return keys
    .filter((key) => !LIVE_FIELDS.includes(key))
    .flatMap((key) => differences(key, Reflect.get(running, key), Reflect.get(wanted, key)));
}

function differences(path: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => differences(`${path}.${key}`, before[key], after[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The links that are new or set otherwise. */
export function changedLinks(
  running: Pick<GatewayConfig, "links">,
  wanted: Pick<GatewayConfig, "links">,
): string[] {
  return wanted.links
    .filter((link) => !running.links.some((before) => isDeepStrictEqual(before, link)))
    .map(({ id }) => id);
}
