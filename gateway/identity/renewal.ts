import {
  type Clock,
  type Logger,
  messageOf,
  type Random,
  type RetryBounds,
  retryDelayMs,
  sleepMs,
} from "@sealwatch/platform";
import { gatewayError } from "../errors.ts";
import { certificateLife, enrolmentProblem, isRenewalDue } from "./certificate.ts";
import { certificateRequest } from "./certificate-request.ts";
import { parseServer } from "./claim-offer.ts";
import { keepEnrolment, readEnrolment } from "./enrolment-file.ts";
import type { KeyStore } from "./key-store.ts";

const LOOK_EVERY_MS = 3_600_000;
/** A county's gateways that started together spread over this. */
const FIRST_LOOK_MAX_MS = 60_000;
const RETRY: RetryBounds = { firstMs: 60_000, capMs: 6 * 3_600_000 };

/** What renewal works with; `clock` is the machine's own. */
export interface RenewalParts {
  readonly dataDir: string;
  readonly key: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Told when another certificate is in place. */
  readonly renewed: () => void;
}

/** Renews the certificate in time, for as long as `signal` is not aborted. A failure is logged and tried again. */
export async function keepRenewed(parts: RenewalParts, signal: AbortSignal): Promise<void> {
  const { clock, random, log } = parts;
  await sleepMs(clock, random.uniform() * FIRST_LOOK_MAX_MS, signal);
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = LOOK_EVERY_MS;
    try {
      if (await renewIfDue(parts, signal)) parts.renewed();
      failures = 0;
    } catch (error) {
      waitMs = retryDelayMs(failures++, RETRY, random);
      if (!signal.aborted) log.warn({ why: messageOf(error), waitMs }, "the certificate was not renewed");
    }
    await sleepMs(clock, waitMs, signal);
  }
}

/** True when a new certificate was put in place. Throws what a claim throws. */
export async function renewIfDue(
  { dataDir, key, clock, log }: Omit<RenewalParts, "renewed" | "random">,
  signal: AbortSignal,
): Promise<boolean> {
  const before = readEnrolment(dataDir);
  if (!before || !isRenewalDue(certificateLife(before.certificate), clock.wallMs())) return false;
  const { gateway, server, claim } = before;
  // A gateway at work has no other use for HTTPS.
  const { renew } = await import("./enrolment-service.ts");
  const request = { gateway, csr: certificateRequest(gateway, key) };
  const answer = await renew(parseServer(server), before.ca, request, signal);
  const problem =
    answer.gateway === gateway ? enrolmentProblem(answer, key.publicKey) : `it is for ${answer.gateway}`;
  if (problem) {
    const why = `answered with a bad certificate: ${problem}`;
    throw gatewayError("ENROLMENT_ANSWER_INVALID", { server, why });
  }
  keepEnrolment(dataDir, { ...answer, server, claim });
  log.info(
    { until: new Date(certificateLife(answer.certificate).untilMs).toISOString() },
    "certificate renewed",
  );
  return true;
}
