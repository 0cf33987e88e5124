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
  DATA_DIR_UNUSABLE: { message: "cannot write to the data folder {dir}: {why}", retryable: false },
  CLOUD_KEY_UNUSABLE: { message: "the cloud's key {file} cannot be used: {why}", retryable: false },
  CSV_UNUSABLE: { message: "{file} cannot be used: {why}", retryable: false },
  QUEUE_FULL: { message: "{max} messages are waiting to be committed already", retryable: true },
  STREAMS_EXHAUSTED: { message: "{max} event streams are open already", retryable: true },
});
