import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The verifier that goes into every bundle: beside the source, whether this runs from it or from dist. */
export function verifierFile(): string {
  const beside = fileURLToPath(new URL("verify.py", import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL("../../evidence/verify.py", import.meta.url));
}
