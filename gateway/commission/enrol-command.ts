import type { Clock } from "@sealwatch/platform";
import { sleepMs } from "@sealwatch/platform";
import type { EnrolCommand } from "../cli-options.ts";
import { type LoadedConfig, loadGatewayConfig } from "../config/load-gateway-config.ts";
import { makeDataDir } from "../data-dir.ts";
import { gatewayError } from "../errors.ts";
import { certificateLife, enrolmentProblem, isSameCertificate } from "../identity/certificate.ts";
import { certificateRequest } from "../identity/certificate-request.ts";
import { type ClaimOffer, claimMark, scannedOffer, serverText, typedOffer } from "../identity/claim-offer.ts";
import { keepEnrolment, readEnrolment, type StoredEnrolment } from "../identity/enrolment-file.ts";
import { claim, fetchPinnedCa } from "../identity/enrolment-service.ts";
import { agreedName } from "../identity/gateway-name.ts";
import { fileKeyStore, type KeyStore } from "../identity/key-store.ts";
import type { Terminal } from "./terminal.ts";
import type { ToolParts } from "./tool-parts.ts";

/** Work that takes longer is told of. */
const PROGRESS_AFTER_MS = 2_000;

/** Makes this gateway known to the county. The same code again changes nothing. Returns the exit code. */
export async function runEnrol(asked: EnrolCommand, parts: ToolParts): Promise<number> {
  const { terminal, software } = parts;
  const offer = "claim" in asked ? scannedOffer(asked.claim) : typedOffer(asked.server, asked.code);
  const config = loadGatewayConfig(asked.config);
  makeDataDir(config.dataDir);
  const key = fileKeyStore(config.keyFile);
  const before = enrolmentBefore(config, offer, key);
  const enrolment = before ?? (await enrol(offer, config, key, software, parts));
  // Kept before it is compared: the code is used up, and a wrong field is mended without another.
  if (!before) keepEnrolment(config.dataDir, enrolment);
  agreedName(config.gateway, enrolment);
  terminal.out(enrolledText(enrolment, before !== null));
  return 0;
}

/** What this very code brought earlier. */
function enrolmentBefore(
  { dataDir }: LoadedConfig,
  { code }: ClaimOffer,
  { publicKey }: KeyStore,
): StoredEnrolment | null {
  let before: StoredEnrolment | null = null;
  try {
    before = readEnrolment(dataDir);
  } catch {
    // Unusable: that is what enrolling again is for.
  }
  const usable = before?.claim === claimMark(code) && enrolmentProblem(before, publicKey) === null;
  return usable ? before : null;
}

async function enrol(
  { server, code }: ClaimOffer,
  config: LoadedConfig,
  key: KeyStore,
  software: string,
  { terminal, clock, signal }: ToolParts,
): Promise<StoredEnrolment> {
  const where = serverText(server);
  const told = <T>(what: string, work: Promise<T>) => toldAfterAWhile(what, work, terminal, clock);
  const ca = await told(`asking ${where} for its CA`, fetchPinnedCa(server, code.caPin, signal));
  const request = {
    secret: code.secret,
    csr: certificateRequest(config.gateway ?? "", key),
    software,
  };
  const answer = await told(`claiming a place at ${where}`, claim(server, ca, request, signal));
  const enrolment = { ...answer, server: where, claim: claimMark(code) };
  const problem =
    enrolmentProblem(answer, key.publicKey) ??
    (isSameCertificate(answer.ca, ca) ? null : "it names another CA");
  if (problem)
    throw gatewayError("ENROLMENT_ANSWER_INVALID", {
      server: where,
      why: `answered with a bad enrolment: ${problem}`,
    });
  return enrolment;
}

async function toldAfterAWhile<T>(
  what: string,
  work: Promise<T>,
  { progress }: Terminal,
  clock: Clock,
): Promise<T> {
  const done = new AbortController();
  void sleepMs(clock, PROGRESS_AFTER_MS, done.signal).then(() => {
    if (!done.signal.aborted) progress.write(`${what} …\n`);
  });
  return work.finally(() => done.abort());
}

function enrolledText({ gateway, site, broker, certificate }: StoredEnrolment, already: boolean): string {
  const until = new Date(certificateLife(certificate).untilMs).toISOString().slice(0, 10);
  return [
    `${already ? "enrolled already, with this code" : "enrolled"}: ${gateway}, at site ${site}`,
    `broker         ${serverText(broker)}`,
    `certificate    until ${until}; renewed by itself before`,
    "next           doctor, then run\n",
  ].join("\n");
}
