import { errorTable } from "@sealwatch/platform/errors";

/** Every expected failure of a gateway. `retryable`: the same step can succeed later without anybody changing anything. */
export const gatewayError = errorTable({
  USAGE: { message: "{why}; see sealwatch-gateway --help", retryable: false },
  PROFILE_UNKNOWN: { message: "there is no device profile {name}", retryable: false },
  DATA_DIR_UNUSABLE: { message: "cannot write in {dir}: {why}", retryable: false },
  KEY_UNUSABLE: { message: "{file} is not an Ed25519 key in PKCS #8 PEM: {why}", retryable: false },
  JOURNAL_FAILED: { message: "the journal stopped: {why}", retryable: true },
  JOURNAL_FOREIGN: {
    message: "{file} is the journal of gateway {found}, not of {expected}; use another dataDir",
    retryable: false,
  },
  NOT_ENROLLED: {
    message: "the county does not know this gateway yet: {why}; run sealwatch-gateway enrol",
    retryable: false,
  },
  NAMED_OTHERWISE: {
    message:
      "the county enrolled this gateway as {enrolled}, but gateway: {configured} is configured; correct that field, or leave it out",
    retryable: false,
  },
  ENROLMENT_UNREADABLE: {
    message: "{file} cannot be used: {why}; enrol again with a new code",
    retryable: false,
  },
  ENROLMENT_UNREACHABLE: { message: "no answer from {server}: {why}", retryable: true },
  ENROLMENT_REFUSED: { message: "{server} refused: {why}", retryable: false },
  ENROLMENT_BUSY: { message: "{server} cannot do it now: {why}", retryable: true },
  ENROLMENT_ANSWER_INVALID: { message: "{server} {why}", retryable: false },
  CA_PIN_MISMATCH: {
    message:
      "{server} has another CA than this code was made for: a wrong address, a code of another county, or somebody in between. Nothing was sent",
    retryable: false,
  },
  CONFIG_FIXED: {
    message: "{fields} cannot change while the gateway runs; nothing was changed: undo it, or restart run",
    retryable: false,
  },
  CONFIG_BUSY: { message: "another configuration is on trial until it has polled", retryable: true },
  PORT_HELD: { message: "{path} is held by {holder}; {fix}", retryable: false },
  GPIO_UNREADABLE: { message: "cannot read lines of {chip}: {why}", retryable: true },
  POWER_SUPPLY_UNREADABLE: { message: "cannot read the supply at {folder}: {why}", retryable: true },
  STEP_SOCKET_UNREACHABLE: { message: "no simulator at step socket {address}: {why}", retryable: true },
  STEP_SOCKET_LOST: { message: "the simulator closed the step socket {address}", retryable: true },
});
