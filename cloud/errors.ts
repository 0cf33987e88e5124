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
  SIGN_IN_NEEDED: { message: "sign in first", retryable: false },
  SIGN_IN_REFUSED: { message: "name or password is wrong", retryable: false },
  CODE_NEEDED: { message: "write the six digits of your authenticator app, too", retryable: false },
  CODE_WRONG: { message: "the six digits are wrong, or were used before", retryable: false },
  CODE_SET_ALREADY: { message: "one-time codes are set up already; remove them first", retryable: false },
  ACCOUNT_LOCKED: {
    message: "too many wrong passwords: this account takes none for {seconds} s",
    retryable: true,
  },
  OPENID_UNAVAILABLE: {
    message: "the OpenID provider {issuer} does not answer as it should: {why}",
    retryable: true,
  },
  OPENID_REFUSED: { message: "the OpenID provider did not sign you in: {why}", retryable: true },
  OPENID_UNKNOWN: {
    message:
      "the OpenID provider knows you and this county does not: ask its administrator to enter your e-mail address",
    retryable: false,
  },
  PASSWORD_CHANGE_NEEDED: { message: "choose a password of your own first", retryable: false },
  PASSWORD_WEAK: { message: "this password cannot be taken: {why}", retryable: false },
  FORBIDDEN: { message: "your roles do not permit this here: {permission}", retryable: false },
  NOT_VISIBLE: { message: "there is nothing of that name that you may see", retryable: false },
  CSRF_REFUSED: {
    message: "this request did not come from the page of this session; send its X-CSRF-Token",
    retryable: false,
  },
  VERSION_NEEDED: {
    message: 'say which version you edit: If-Match: "v3", as the ETag of what you read',
    retryable: false,
  },
  CHANGED_MEANWHILE: { message: "somebody changed this since you read it; read it again", retryable: false },
  KEY_REUSED: { message: "this Idempotency-Key came with another request before", retryable: false },
  MEDIA_TYPE_UNSUPPORTED: { message: "send one of {types}", retryable: false },
  NAME_TAKEN: { message: "there is a user {name} already", retryable: false },
  ID_TAKEN: { message: "the id {id} is taken", retryable: false },
  REGION_UNKNOWN: { message: "there is no region {region}", retryable: false },
  REGION_MISPLACED: { message: "a {kind} cannot lie in a {above}", retryable: false },
  REGIONS_EXHAUSTED: { message: "{max} regions are entered already", retryable: false },
  TOKENS_EXHAUSTED: { message: "{max} tokens are in use already; revoke one", retryable: false },
  CASE_STATE: { message: "case {case} does not take this now: {why}", retryable: false },
  AUDIT_BROKEN: { message: "the audit log is broken at entry {entry}: {why}", retryable: false },
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
    message:
      "the rota of {region} was changed meanwhile: it is at {version}; read it again and repeat the edit",
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
