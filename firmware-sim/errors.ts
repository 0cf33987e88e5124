import { errorTable } from "@sealwatch/platform";

/** Everything the simulator refuses, and why. */
export const simulatorError = errorTable({
  FLAG_INVALID: { message: "{flag}: {fix}", retryable: false },
  SCENARIO_UNKNOWN: { message: "no scenario named {name}; there are: {names}", retryable: false },
  PORT_IN_USE: {
    message: "port {port} on {host} is in use; choose another, or 0 for a free one",
    retryable: false,
  },
  ANSWERS_UNWRITABLE: { message: "cannot write answers to {file}: {why}", retryable: false },
  SERIAL_FAILED: { message: "cannot use serial port {path}: {why}", retryable: false },
  LISTEN_FAILED: { message: "cannot listen on {host} port {port}: {why}", retryable: false },
});
