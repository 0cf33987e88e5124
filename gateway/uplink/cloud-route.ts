import { ed25519Verifier } from "@sealwatch/protocols";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { gatewayError } from "../errors.ts";
import { enrolmentProblem } from "../identity/certificate.ts";
import { enrolmentFile, readEnrolment } from "../identity/enrolment-file.ts";
import { agreedName } from "../identity/gateway-name.ts";
import type { KeyStore } from "../identity/key-store.ts";
import { brokerTarget } from "./broker-target.ts";
import type { UplinkRoute } from "./uplink.ts";

/** The way to the cloud, as configuration and enrolment say at each dial: who enrols or renews meanwhile need not restart anything. */
export class CloudRoute {
  /** As configured now. */
  broker: GatewayConfig["broker"];
  readonly #gateway: string;
  readonly #dataDir: string;
  readonly #key: KeyStore;

  constructor(
    gateway: string,
    key: KeyStore,
    { dataDir, broker }: { readonly dataDir: string; readonly broker?: GatewayConfig["broker"] },
  ) {
    this.#gateway = gateway;
    this.#key = key;
    this.#dataDir = dataDir;
    this.broker = broker;
  }

  /** Throws NOT_ENROLLED, NAMED_OTHERWISE or ENROLMENT_UNREADABLE. */
  next(): UplinkRoute {
    const enrolment = readEnrolment(this.#dataDir);
    agreedName(this.#gateway, enrolment);
    const problem = enrolment && enrolmentProblem(enrolment, this.#key.publicKey);
    if (problem) throw gatewayError("NOT_ENROLLED", { why: problem });
    const target = brokerTarget(this.broker, enrolment, this.#key);
    if (!target) throw gatewayError("NOT_ENROLLED", { why: `there is no ${enrolmentFile(this.#dataDir)}` });
    return { target, cloud: enrolment && ed25519Verifier(enrolment.cloudKey) };
  }
}
