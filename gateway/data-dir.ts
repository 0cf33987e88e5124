import { mkdirSync } from "node:fs";
import { gatewayError } from "./errors.ts";

/** Makes the data folder if there is none. Throws DATA_DIR_UNUSABLE. */
export function makeDataDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw gatewayError("DATA_DIR_UNUSABLE", { dir, why }, cause);
  }
}
