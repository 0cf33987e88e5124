import { readFileSync } from "node:fs";
import { cloudError } from "../errors.ts";

/** Secrets of the channels, read once at start, and what hides them again in texts that leave. */
export interface ChannelSecrets {
  /** Throws CHANNEL_SECRET_UNREADABLE. */
  read(channel: string, file: string): string;
  /** The text with every secret that was read masked. */
  redact(text: string): string;
}

const MASK = "***";
/** A shorter text stands in every sentence. */
const MASKED_MIN_CHARS = 6;

/** Reads secrets from files that hold nothing else. */
export function channelSecrets(): ChannelSecrets {
  const known = new Set<string>();
  return {
    read(channel, file) {
      const secret = readSecret(channel, file);
      for (const form of [secret, encodeURIComponent(secret)])
        if (form.length >= MASKED_MIN_CHARS) known.add(form);
      return secret;
    },
    redact(text) {
      let shown = text;
      for (const secret of known) shown = shown.replaceAll(secret, MASK);
      return shown;
    },
  };
}

function readSecret(channel: string, file: string): string {
  try {
    const secret = readFileSync(file, "utf8").trim();
    if (secret === "") throw Object.assign(new Error(), { code: "it is empty" });
    return secret;
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    // No cause: nothing of the file may reach a log.
    throw cloudError("CHANNEL_SECRET_UNREADABLE", { channel, file, why });
  }
}
