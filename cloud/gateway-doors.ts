import type { Clock, Logger, RefusalCounter } from "@sealwatch/platform";
import { type Broker, type BrokerEvents, startBroker } from "./broker/broker.ts";
import type { MqttAddress } from "./broker/mqtt-listener.ts";
import type { CloudConfig } from "./config/cloud-config.ts";
import { startEnrolmentServer } from "./identity/enrolment-server.ts";
import { EnrolmentService } from "./identity/enrolment-service.ts";
import { admissionRefusal, readmit } from "./identity/gateway-admission.ts";
import type { GatewayIdentities } from "./identity/gateway-identities.ts";
import { type ServerCertificate, serverCertificate } from "./identity/server-certificate.ts";
import type { RegisteredGateway } from "./registry/site-registry.ts";
import type { Database } from "./store/database.ts";

/** Where gateways come in: plain MQTT, MQTT over mutual TLS, enrolment; each only if configured. */
export interface GatewayDoors {
  readonly broker: Broker;
  readonly ports: GatewayPorts;
  close(): Promise<void>;
}

export interface GatewayPorts {
  readonly mqttPort?: number;
  readonly mqttsPort?: number;
  readonly enrolPort?: number;
}

export interface DoorParts {
  readonly config: CloudConfig;
  readonly db: Database;
  readonly identities: GatewayIdentities;
  readonly events: Pick<BrokerEvents, "onMessage" | "onConnection">;
  /** Told of a gateway that was not known before it may send anything. */
  readonly onGateway: (gateway: RegisteredGateway) => Promise<void>;
  readonly refusals: RefusalCounter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens the doors that are configured. Throws PORT_IN_USE or CA_UNUSABLE. */
export async function openGatewayDoors(parts: DoorParts): Promise<GatewayDoors> {
  const { config, identities } = parts;
  const names = config.tls?.names ?? [];
  const certificate =
    names.length > 0 ? await serverCertificate(identities.authority, config.dataDir, names) : null;
  let ports: GatewayPorts = {};
  const enrolment = certificate && (await openEnrolment(parts, certificate, () => ports.mqttsPort ?? 0));
  try {
    const opened = await openBroker(parts, certificate);
    ports = enrolment ? { ...opened.ports, enrolPort: enrolment.port } : opened.ports;
    return {
      broker: opened.broker,
      ports,
      close: async () => {
        await enrolment?.close();
        await opened.broker.close();
      },
    };
  } catch (error) {
    await enrolment?.close();
    throw error;
  }
}

async function openBroker(parts: DoorParts, certificate: ServerCertificate | null) {
  const { config, identities, events, onGateway, clock } = parts;
  const ca = identities.authority.certificatePem;
  const plain = config.mqtt && { name: "mqttPort", address: config.mqtt as MqttAddress };
  const secure = config.mqtts &&
    certificate && { name: "mqttsPort", address: { ...config.mqtts, tls: { ...certificate, ca } } };
  const doors = [plain, secure].filter((door) => door != null);
  const refuses: BrokerEvents["refuses"] = async (gateway, peer) => {
    const back = peer && (await readmit(identities, peer, clock));
    if (back) await onGateway(back);
    return admissionRefusal(gateway, peer, identities.registry.gateway(gateway), clock.wallMs());
  };
  const broker = await startBroker(
    doors.map(({ address }) => address),
    { ...parts, events: { ...events, refuses } },
  );
  const ports: GatewayPorts = Object.fromEntries(doors.map(({ name }, index) => [name, broker.ports[index]]));
  return { broker, ports };
}

async function openEnrolment(parts: DoorParts, certificate: ServerCertificate, brokerPort: () => number) {
  const { config, identities } = parts;
  const [host = ""] = config.tls?.names ?? [];
  if (!config.enrol) return null;
  const service = new EnrolmentService({ ...parts, broker: () => ({ host, port: brokerPort() }) });
  const caPem = identities.authority.certificatePem;
  return startEnrolmentServer({ ...parts, service, caPem, certificate }, config.enrol);
}
