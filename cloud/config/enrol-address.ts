import type { CloudConfig } from "./cloud-config.ts";

/** What an installer dials: the first name that gateways know, and the port where they enrol; null where they cannot. */
export function enrolAddress({ tls }: Pick<CloudConfig, "tls">, port: number | null): string | null {
  const [name] = tls?.names ?? [];
  if (!name || port === null) return null;
  return `${name.includes(":") ? `[${name}]` : name}:${port}`;
}
