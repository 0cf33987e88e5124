import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@sealwatch/platform";
import { type Enrolment, enrolmentSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { writeDurably } from "../durable-file.ts";
import { gatewayError } from "../errors.ts";

const storedSchema = enrolmentSchema.extend({
  /** Who enrolled this gateway, and renews its certificate: HOST:PORT. */
  server: z.string().min(1).max(300),
  /** Which claim code was used, as claimMark tells it. */
  claim: z.string().max(64),
});

/** What the cloud said when it enrolled this gateway, with whom was asked. */
export type StoredEnrolment = Readonly<z.output<typeof storedSchema>>;

const FOLDER_OWNER_ONLY = 0o700;

/** In the data folder. One file: a certificate and the CA that goes with it change together or not at all. */
export function enrolmentFile(dataDir: string): string {
  return join(dataDir, "identity", "enrolment.json");
}

/** The enrolment, or null before there is one. Throws ENROLMENT_UNREADABLE. */
export function readEnrolment(dataDir: string): StoredEnrolment | null {
  const file = enrolmentFile(dataDir);
  try {
    return storedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw gatewayError("ENROLMENT_UNREADABLE", { file, why: messageOf(cause) }, cause);
  }
}

/** Keeps an enrolment in place of the one before. */
export function keepEnrolment(dataDir: string, enrolment: Enrolment & StoredEnrolment): void {
  const file = enrolmentFile(dataDir);
  mkdirSync(join(dataDir, "identity"), { recursive: true, mode: FOLDER_OWNER_ONLY });
  writeDurably(file, `${JSON.stringify(enrolment, null, 2)}\n`);
}
