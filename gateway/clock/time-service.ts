import { execFile } from "node:child_process";

/** Of systemd, which knows of chrony and ntpd as well; other systems lack it. */
const TIME_STATUS = "timedatectl";
const ANSWER_TIMEOUT_MS = 2_000;

/** Whether a time server keeps the system's clock; null where there is nobody to ask. */
export function isSynchronised(): Promise<boolean | null> {
  return new Promise((resolve) => {
    const args = ["show", "--property=NTPSynchronized", "--value"];
    execFile(TIME_STATUS, args, { timeout: ANSWER_TIMEOUT_MS }, (error, output) =>
      resolve(error ? null : output.trim() === "yes"),
    );
  });
}
