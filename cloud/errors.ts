import { errorTable } from "@sealwatch/platform";

/** Every expected failure of the cloud. See docs/errors.md. */
export const cloudError = errorTable({
  SITE_UNKNOWN: { message: "there is no site {site}", retryable: false },
  GATEWAY_UNKNOWN: { message: "there is no gateway {gateway}", retryable: false },
  BASELINE_NOT_READY: {
    message: "the baseline of site {site} is not ready to be accepted yet",
    retryable: true,
  },
  REQUEST_INVALID: { message: "{problems}", retryable: false },
  PORT_IN_USE: {
    message: "port {port} on {host} is already in use; choose another for {what}",
    retryable: false,
  },
  PORT_UNAVAILABLE: { message: "cannot listen on {host}:{port} for {what}: {why}", retryable: false },
  EVIDENCE_OUT_UNUSABLE: { message: "cannot write the bundle to {folder}: {why}", retryable: false },
  BACKUP_OUT_UNUSABLE: { message: "cannot write the backup {file}: {why}", retryable: false },
  BACKUP_UNUSABLE: { message: "{file} cannot be restored: {why}", retryable: false },
  DATA_DIR_UNUSABLE: { message: "cannot write to the data folder {dir}: {why}", retryable: false },
  CLOUD_KEY_UNUSABLE: { message: "the cloud's key {file} cannot be used: {why}", retryable: false },
  GATEWAY_AWAY: {
    message: "gateway {gateway} is not connected; it can be told when it is",
    retryable: true,
  },
  CSV_UNUSABLE: { message: "{file} cannot be used: {why}", retryable: false },
  CHANNEL_SECRET_UNREADABLE: {
    message: "the secret of channel {channel} cannot be read from {file}: {why}",
    retryable: false,
  },
  CHANNEL_UNKNOWN: { message: "there is no channel {channel}", retryable: false },
  ROTA_STALE: {
    message: "the rota of {region} was changed meanwhile: it is at {version}; read it again and repeat the edit",
    retryable: false,
  },
  CA_UNUSABLE: { message: "the county's CA in {file} cannot be used: {why}", retryable: false },
  REVOCATIONS_UNUSABLE: { message: "{file}: {why}", retryable: false },
  ISSUING_SUSPENDED: {
    message:
      "no certificate is issued: {why}. Run `sealwatch-cloud revocations import FILE` with the newest copy of revocations.jsonl that there is",
    retryable: true,
  },
  ENROLMENT_OFF: { message: "gateways cannot enrol: {why}", retryable: false },
  CLAIM_INVALID: { message: "{why}", retryable: false },
  CLAIM_UNKNOWN: { message: "this claim code is not known here", retryable: false },
  CLAIM_EXPIRED: { message: "this claim code has expired; ask for a new one", retryable: false },
  CLAIM_USED: { message: "another gateway has used this claim code; ask for a new one", retryable: false },
  CLAIMS_EXHAUSTED: {
    message: "{max} claim codes are open already; wait until some expire",
    retryable: true,
  },
  CSR_INVALID: { message: "the certificate request cannot be taken: {why}", retryable: false },
  GATEWAY_REVOKED: { message: "gateway {gateway} was revoked", retryable: false },
  KEY_MISMATCH: { message: "gateway {gateway} has another key than this request", retryable: false },
  KEY_TAKEN: { message: "this key speaks for gateway {gateway} already", retryable: false },
  TOO_MANY_REQUESTS: { message: "too many requests; come again in {seconds} s", retryable: true },
  QUEUE_FULL: { message: "{max} messages are waiting to be committed already", retryable: true },
  STREAMS_EXHAUSTED: { message: "{max} event streams are open already", retryable: true },
});
