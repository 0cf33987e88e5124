import { existsSync } from "node:fs";
import { type Clock, messageOf, sleepMs } from "@sealwatch/platform";
import type { GatewayStatus } from "../admin/admin-contract.ts";
import type { LoadedConfig } from "../config/load-gateway-config.ts";
import { certificateLife, enrolmentProblem } from "../identity/certificate.ts";
import { readEnrolment, type StoredEnrolment } from "../identity/enrolment-file.ts";
import { agreedName } from "../identity/gateway-name.ts";
import { fileKeyStore, type KeyStore } from "../identity/key-store.ts";
import { type BrokerTarget, brokerTarget, dial } from "../uplink/broker-target.ts";
import { closeReason, HUNG_UP_AT_ONCE } from "../uplink/close-reason.ts";
import { type Finding, judgeCertificates, judgeReach } from "./doctor-judgement.ts";

const CONNECT_TIMEOUT_MS = 10_000;
/** In TLS 1.3 a server refuses a certificate after the handshake: so long it may take to say so. */
const REFUSAL_WAIT_MS = 1_000;

/** What the way to the cloud is like: the certificate first, then the broker with it. */
export async function lookAtCloud(
  config: LoadedConfig,
  running: GatewayStatus | null,
  clock: Clock,
): Promise<Finding[]> {
  const { broker, keyFile } = config;
  const { enrolment, problem } = identityOf(config);
  const plainUrl = broker && "url" in broker ? broker.url : null;
  const enrolled = enrolment && {
    gateway: enrolment.gateway,
    site: enrolment.site,
    ...certificateLife(enrolment.certificate),
  };
  const certificates = judgeCertificates({ plainUrl, problem, enrolled }, clock.wallMs());
  if (problem || !existsSync(keyFile)) return [certificates];
  const target = brokerTarget(broker, enrolment, fileKeyStore(keyFile));
  return target ? [certificates, await lookAtBroker(target, running, clock)] : [certificates];
}

/** The enrolment, and what is wrong with it. */
function identityOf({ dataDir, keyFile, gateway }: LoadedConfig): {
  readonly enrolment: StoredEnrolment | null;
  readonly problem: string | null;
} {
  let enrolment: StoredEnrolment | null = null;
  try {
    enrolment = readEnrolment(dataDir);
    if (!enrolment) return { enrolment, problem: null };
    agreedName(gateway, enrolment);
    if (!existsSync(keyFile)) return { enrolment, problem: `its key ${keyFile} is not there` };
    const key: KeyStore = fileKeyStore(keyFile);
    return { enrolment, problem: enrolmentProblem(enrolment, key.publicKey) };
  } catch (error) {
    return { enrolment: null, problem: messageOf(error) };
  }
}

/** No MQTT is spoken: a second client of this name would cut off the gateway that runs. */
async function lookAtBroker(
  target: BrokerTarget,
  running: GatewayStatus | null,
  clock: Clock,
): Promise<Finding> {
  const where = `${target.tls ? "mqtts" : "mqtt"}://${target.host}:${target.port}`;
  if (running?.uplink === "streaming")
    return { level: "ok", about: "broker", says: `${where}, the running gateway is connected` };
  return judgeReach("broker", where, await handshakeFailure(target, clock));
}

/** Null once the broker has taken our certificate, or plain connection; else the system's code or what TLS said. */
async function handshakeFailure(target: BrokerTarget, clock: Clock): Promise<string | null> {
  const socket = dial(target);
  const over = new AbortController();
  try {
    return await new Promise<string | null>((resolve) => {
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(failureText(error)));
      socket.once("close", () => resolve(HUNG_UP_AT_ONCE));
      socket.once(target.tls ? "secureConnect" : "connect", () => {
        const waitMs = target.tls ? REFUSAL_WAIT_MS : 0;
        void sleepMs(clock, waitMs, over.signal).then(() => resolve(null));
      });
      void sleepMs(clock, CONNECT_TIMEOUT_MS, over.signal).then(() =>
        resolve(`no connection within ${CONNECT_TIMEOUT_MS} ms`),
      );
    });
  } finally {
    over.abort();
    socket.destroy();
  }
}

function failureText(error: NodeJS.ErrnoException): string {
  const { code = "" } = error;
  return /^E[A-Z]+$/.test(code) ? code : closeReason(error, false).why;
}
