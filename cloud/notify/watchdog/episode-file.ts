import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { type Episode, NO_EPISODE } from "./episode.ts";

const episodeSchema = z.strictObject({ sinceMs: z.number().nullable(), told: z.boolean() });

/** What an earlier run remembered; nothing when the file is missing or damaged: rather told twice than not. */
export function readEpisode(file: string): Episode {
  try {
    return episodeSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return NO_EPISODE;
  }
}

/** Written aside and put in place: whole or not at all. */
export function writeEpisode(file: string, episode: Episode): void {
  writeFileSync(`${file}.new`, JSON.stringify(episode), { flush: true });
  renameSync(`${file}.new`, file);
}
