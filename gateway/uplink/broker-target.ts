import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls, type TLSSocket } from "node:tls";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { StoredEnrolment } from "../identity/enrolment-file.ts";
import type { KeyStore } from "../identity/key-store.ts";

/** Where the broker is, and how both sides prove who they are. */
export interface BrokerTarget {
  readonly host: string;
  readonly port: number;
  /** Null: plaintext, on this machine only. */
  readonly tls: ConnectionOptions | null;
}

const MQTT_PORT = 1883;

/** The broker of a configuration and an enrolment; null where neither names one. A configured address wins, not what it must prove. */
export function brokerTarget(
  broker: GatewayConfig["broker"],
  enrolment: Pick<StoredEnrolment, "broker" | "ca" | "certificate"> | null,
  key: Pick<KeyStore, "tlsKey">,
): BrokerTarget | null {
  if (broker && "url" in broker) {
    const { hostname, port } = new URL(broker.url);
    return { host: unbracketed(hostname), port: port ? Number(port) : MQTT_PORT, tls: null };
  }
  if (!enrolment) return null;
  const { host, port } = broker ?? enrolment.broker;
  const names = [host, enrolment.broker.host];
  const tls: ConnectionOptions = {
    ...key.tlsKey,
    cert: enrolment.certificate,
    ca: enrolment.ca,
    minVersion: "TLSv1.3",
    rejectUnauthorized: true,
    // The county's CA signs gateways, too: only the broker's own names will do.
    checkServerIdentity: (_, certificate) => firstRefusal(names, certificate),
  };
  return { host, port, tls };
}

/** Dials. A name goes into the handshake; an address must not (RFC 6066 §3). */
export function dial({ host, port, tls }: BrokerTarget): Socket | TLSSocket {
  if (!tls) return connectPlain({ host, port });
  const isName = /[a-z]/i.test(host) && !host.includes(":");
  return connectTls({ host, port, ...(isName ? { servername: host } : {}), ...tls });
}

/** Undefined when the certificate proves any of the names. */
function firstRefusal(
  names: readonly string[],
  certificate: Parameters<typeof checkServerIdentity>[1],
): Error | undefined {
  const refusals = names.map((name) => checkServerIdentity(name, certificate));
  return refusals.includes(undefined) ? undefined : refusals[0];
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
