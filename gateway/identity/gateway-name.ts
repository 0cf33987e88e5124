import { messageOf } from "@sealwatch/platform";
import { gatewayError } from "../errors.ts";
import { readEnrolment, type StoredEnrolment } from "./enrolment-file.ts";

/** The name as configured or as enrolled; where both say one they must agree. Throws NOT_ENROLLED or NAMED_OTHERWISE. */
export function agreedName(
  configured: string | undefined,
  enrolment: Pick<StoredEnrolment, "gateway"> | null,
): string {
  const enrolled = enrolment?.gateway;
  const name = enrolled ?? configured;
  if (name === undefined) throw gatewayError("NOT_ENROLLED", { why: "it has no name" });
  if (configured !== undefined && name !== configured)
    throw gatewayError("NAMED_OTHERWISE", { enrolled: name, configured });
  return name;
}

/**
 * The name to run under. What is configured is enough: a gateway whose enrolment cannot be read keeps its journal all the same.
 * Throws as agreedName, and ENROLMENT_UNREADABLE where no name is configured.
 */
export function runningName(
  { gateway, dataDir }: { readonly gateway?: string | undefined; readonly dataDir: string },
  warn: (why: string) => void,
): string {
  let enrolment: StoredEnrolment | null = null;
  try {
    enrolment = readEnrolment(dataDir);
  } catch (error) {
    if (gateway === undefined) throw error;
    warn(messageOf(error));
  }
  return agreedName(gateway, enrolment);
}
