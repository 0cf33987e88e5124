import { rtuFraming, Sensing, type SensingConfig, SerialLink } from "@sealwatch/gateway";
import { seededRandom, silentLogger } from "@sealwatch/platform";
import { type JournalRecord, QUALITY } from "@sealwatch/protocols";
import { type LineSpeed, SimulatedLine } from "./simulated-line.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What came of polling for a while. */
export interface PolledLine {
  /** By device: when each wholly good sample was complete. */
  readonly completedMs: ReadonlyMap<string, readonly number[]>;
  /** Values that are not what the register holds, for whatever reason. */
  readonly wrongValues: number;
  readonly tooEarly: number;
  readonly utilisation: number;
}

/** What to poll, for how long, and which units are dead. `expected` is the scaled value of a unit's point. */
export interface PollingRun {
  readonly config: SensingConfig;
  readonly speed: LineSpeed;
  readonly forMs: number;
  readonly deadUnits: readonly number[];
  readonly expected: (device: string, point: string) => number;
}

/** Runs the gateway's own sensing over a simulated line in virtual time. */
export async function pollLine({
  config,
  speed,
  forMs,
  deadUnits,
  expected,
}: PollingRun): Promise<PolledLine> {
  const clock = new VirtualClock();
  const line = new SimulatedLine(clock, speed);
  for (const unit of deadUnits) line.dead.add(unit);
  const completedMs = new Map<string, number[]>();
  const channels = new Map<number, { device: string; point: string }>();
  let wrongValues = 0;
  const append = (record: JournalRecord) => {
    if (record.type === "channels")
      for (const { id, device, point } of record.channels) channels.set(id, { device, point });
    if (record.type !== "sample") return;
    const device = channels.get(record.channels[0] ?? 0)?.device ?? "";
    if (record.qualities.every((quality) => quality === QUALITY.good)) {
      const before = completedMs.get(device) ?? [];
      completedMs.set(device, [...before, clock.monotonicMs()]);
    }
    record.channels.forEach((channel, index) => {
      const scaled = record.scaled[index] ?? null;
      const { point = "" } = channels.get(channel) ?? {};
      if (scaled !== null && scaled !== expected(device, point)) wrongValues++;
    });
  };
  const parts = { clock, lineClock: clock, random: seededRandom(1), log: silentLogger(), append };
  const sensing = new Sensing(
    config,
    { slowestMs: 0, staggered: true },
    {
      ...parts,
      openLink: (link) => {
        if (!("baud" in link)) throw new Error(`${link.id} is no serial line`);
        return new SerialLink(link, line, rtuFraming, parts);
      },
    },
  );
  sensing.appendChannels();
  const stop = new AbortController();
  const polling = sensing.run(stop.signal);
  await clock.run(forMs);
  const utilisation = Object.values(sensing.links())[0]?.utilisation ?? 0;
  stop.abort();
  await Promise.all([polling, clock.run(forMs + WIND_UP_MS)]);
  return { completedMs, wrongValues, tooEarly: line.tooEarly, utilisation };
}

/** What is in flight at the end finishes in this time. */
const WIND_UP_MS = 60_000;
