import { errorTable } from "./errors.ts";

/** Every expected failure of the platform. See docs/errors.md. */
export const platformError = errorTable({
  ALREADY_RUNNING: { message: "another process already has {file} open; stop it first", retryable: false },
  CONFIG_UNREADABLE: { message: "cannot read {file}: {why}", retryable: false },
  CONFIG_INVALID: { message: "{file} has {count} problem(s):\n{problems}", retryable: false },
  SQLITE_NOT_WAL: { message: "{file}: SQLite kept journal mode {mode} instead of WAL", retryable: false },
  ADMIN_SOCKET_UNUSABLE: { message: "cannot listen at {socket}: {why}", retryable: false },
  ADMIN_UNANSWERED: { message: "nothing that runs answers at {socket}: {why}", retryable: true },
  ADMIN_REQUEST_INVALID: { message: "not a request of the admin socket: {why}", retryable: false },
});
