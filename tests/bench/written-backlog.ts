import { Journal } from "@sealwatch/gateway";
import { seededRandom, silentLogger, systemClock } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import { GATEWAY } from "../rig/site-files.ts";

const workerUrl = new URL("../../../gateway/dist/journal/journal-worker.js", import.meta.url);
const SEGMENT_MS = 300_000;
const SAMPLE_MS = 10_000;
const CHANNELS = 16;
/** Records on their way to the disk at once. */
const QUEUE_RECORDS = 5_000;

/** Fills a gateway's journal with `segments` quiet five-minute segments of 16 channels, the last one ending about now. */
export async function writeBacklog(dataDir: string, keyFile: string, segments: number): Promise<void> {
  const options = { workerUrl, file: `${dataDir}/journal.db`, keyFile, gateway: GATEWAY, budgetBytes: 1e9 };
  const journal = await Journal.open({ ...options, clock: systemClock, log: silentLogger() });
  const random = seededRandom(1, "backlog");
  const utcMs = Date.now() - segments * SEGMENT_MS;
  journal.append({ type: "channels", atMs: 0, channels: channels() });
  journal.append({ type: "clock", atMs: 0, utcMs, uncertaintyMs: 100, source: "system" });
  journal.append({ type: "event", atMs: 0, event: "gateway-started" });
  journal.flush(true);
  while (journal.sealed < 1) await journal.whenBelow(0);
  for (let segment = 0; segment < segments - 1; segment++) {
    for (let atMs = segment * SEGMENT_MS; atMs < (segment + 1) * SEGMENT_MS; atMs += SAMPLE_MS)
      journal.append(sample(atMs + Math.round(3 * random.uniform()), () => random.normal()));
    journal.flush(true);
    await journal.whenBelow(QUEUE_RECORDS);
  }
  await journal.close();
}

function channels(): ChannelDescription[] {
  return Array.from({ length: CHANNELS }, (_, index) => ({
    id: index + 1,
    device: "meter-0",
    point: index === 0 ? "power-total" : `power-${index}`,
    profile: "eastron/sdm630@1",
    kind: "active-power",
    phase: index === 0 ? ("total" as const) : ("L1" as const),
    unit: "W",
    decimals: 0,
    intervalMs: SAMPLE_MS,
    supply: "own-feeder",
    label: "",
  }));
}

function sample(atMs: number, noise: () => number): JournalRecord {
  const ids = Array.from({ length: CHANNELS }, (_, index) => index + 1);
  return {
    type: "sample",
    atMs,
    channels: ids,
    scaled: ids.map((id) => Math.round(100 * id + 3 * noise())),
    qualities: ids.map(() => 0),
  };
}
