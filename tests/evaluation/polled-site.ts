import type { Plant, Scenario } from "@sealwatch/firmware-sim";
import { type Random, seededRandom } from "@sealwatch/platform";
import { type JournalRecord, QUALITY, toScaled } from "@sealwatch/protocols";
import { channelsOf, INCOMER, type Instrument, instrumentsOf, type Point } from "./instruments.ts";

const RUN_MS = 300_000;
/** Questions without an answer after which a device is lost, as on a gateway. */
const LOST_AFTER = 3;
const CONTACT_POLL_MS = 1_000;

interface PolledDevice extends Instrument {
  readonly gains: readonly number[];
  readonly random: Random;
  unanswered: number;
  silenced: boolean;
  /** What the meter was told about its current transformers: what it shows is off by this. */
  ratioShare: number;
}

interface PolledContact {
  readonly id: number;
  readonly name: string;
  value: number;
  runFromMs: number;
}

/** What a gateway at the site would write down, without a bus in between: the same records, the same errors of the meters. */
export class PolledSite {
  /** Power as the meter of the incomer showed it last, W; null: no answer. */
  powerW: number | null = null;
  readonly #plant: Plant;
  readonly #intervalMs: number;
  readonly #devices: PolledDevice[];
  readonly #contacts: PolledContact[];
  /** Monotonic zero of the epoch, UTC. */
  #zeroMs: number;
  #runsMs: number;

  constructor(plant: Plant, devices: Scenario["devices"], options: { intervalMs: number; seed: number }) {
    this.#plant = plant;
    this.#intervalMs = options.intervalMs;
    this.#zeroMs = this.#runsMs = plant.nowMs;
    this.#devices = instrumentsOf(devices).map((instrument) => {
      const random = seededRandom(options.seed, `meter ${instrument.device.id}`);
      const gains = gainsOf(instrument.points, random);
      return { ...instrument, gains, random, unanswered: 0, silenced: false, ratioShare: 1 };
    });
    this.#contacts = this.#devices.flatMap(({ device, firstId }) =>
      device.inputs.map((name, index) => ({
        id: firstId + index,
        name,
        value: this.#position(name),
        runFromMs: plant.nowMs,
      })),
    );
  }

  /** Begins an epoch whose monotonic time is zero at `zeroMs`. */
  begin(zeroMs: number, saysMs = zeroMs): JournalRecord[] {
    this.#zeroMs = zeroMs;
    for (const contact of this.#contacts) contact.runFromMs = this.#plant.nowMs;
    this.#runsMs = this.#plant.nowMs;
    const channels = channelsOf(this.#devices, this.#intervalMs);
    const atMs = this.#plant.nowMs - zeroMs;
    return [
      { type: "channels", atMs, channels },
      { type: "clock", atMs, utcMs: saysMs + atMs, uncertaintyMs: 50, source: "simulator" },
    ];
  }

  /** Asks every device at the plant's present moment. */
  poll(): JournalRecord[] {
    const records: JournalRecord[] = [];
    const atMs = this.#plant.nowMs - this.#zeroMs;
    for (const device of this.#devices) {
      if (device.points.length > 0) this.#ask(device, atMs, records);
    }
    if (this.#plant.nowMs - this.#runsMs >= RUN_MS) {
      for (const contact of this.#contacts) this.#endRun(contact, this.#plant.nowMs, records);
      this.#runsMs = this.#plant.nowMs;
    }
    return records;
  }

  /** What the contacts say after something was done at the site. */
  lookAtContacts(): JournalRecord[] {
    const records: JournalRecord[] = [];
    for (const contact of this.#contacts) {
      const value = this.#position(contact.name);
      if (value === contact.value) continue;
      const seenMs = this.#plant.nowMs + CONTACT_POLL_MS;
      this.#endRun(contact, this.#plant.nowMs, records);
      contact.value = value;
      contact.runFromMs = seenMs;
      const atMs = seenMs - this.#zeroMs;
      records.push({ type: "event", atMs, event: "contact-changed", channel: contact.id, value });
    }
    return records;
  }

  /** Something happens to a device. */
  fault(name: string, verb: string, value: number | undefined): JournalRecord[] {
    const device = this.#devices.find(({ device: { id } }) => id === name);
    if (!device) return [];
    const event = { type: "event", atMs: this.#plant.nowMs - this.#zeroMs, device: name } as const;
    if (verb === "silence") device.silenced = true;
    if (verb === "restore") device.silenced = false;
    if (verb === "ct-ratio") {
      const ratio = value ?? 1;
      device.ratioShare = ratio / device.device.ctRatio;
      const note = `${device.device.ctRatio} → ${ratio}`;
      return [{ ...event, event: "ratio-changed", channel: device.firstId, value: ratio, note }];
    }
    if (verb === "meter-swap")
      return [{ ...event, event: "serial-changed", channel: device.firstId, note: "" }];
    if (verb === "clock-set")
      return [{ ...event, event: "device-clock-changed", channel: device.firstId, note: `${value ?? 0} s` }];
    return [];
  }

  #ask(polled: PolledDevice, atMs: number, records: JournalRecord[]): void {
    const { device, points, firstId, gains, random, ratioShare } = polled;
    const answers = !polled.silenced && (device.supply !== "mains" || this.#plant.mainsPresent);
    const channels = points.map((_, index) => firstId + index);
    const event = { type: "event", atMs, device: device.id } as const;
    if (!answers) {
      polled.unanswered += 1;
      if (polled.unanswered === LOST_AFTER) records.push({ ...event, event: "device-lost" });
      const nothing = points.map(() => null);
      records.push({
        type: "sample",
        atMs,
        channels,
        scaled: nothing,
        qualities: points.map(() => QUALITY.noAnswer),
      });
      if (isMeter(polled)) this.powerW = null;
      return;
    }
    if (polled.unanswered >= LOST_AFTER) records.push({ ...event, event: "device-regained" });
    polled.unanswered = 0;
    const scaled = points.map(({ measurand, white, decimals, kind }, index) => {
      const share = kind === "active-power" || kind === "current" ? ratioShare : 1;
      const noise = white > 0 ? white * random.normal() : 0;
      const value = this.#plant.measure(measurand, device.feeder) * (gains[index] ?? 1) * share;
      return toScaled(kind === "power-factor" ? Math.min(1, value + noise) : value + noise, decimals);
    });
    if (isMeter(polled)) this.powerW = (scaled[0] ?? 0) / 10;
    records.push({ type: "sample", atMs, channels, scaled, qualities: points.map(() => QUALITY.good) });
  }

  #endRun(contact: PolledContact, toMs: number, records: JournalRecord[]): void {
    if (toMs < contact.runFromMs) return;
    const fromMs = contact.runFromMs - this.#zeroMs;
    const polls = 1 + Math.floor((toMs - contact.runFromMs) / CONTACT_POLL_MS);
    records.push({
      type: "run",
      atMs: toMs - this.#zeroMs,
      fromMs,
      channel: contact.id,
      value: contact.value,
      polls,
      longestGapMs: 1_100,
    });
    contact.runFromMs = toMs + CONTACT_POLL_MS;
  }

  #position(name: string): number {
    const closed = name === "mains-present" ? this.#plant.mainsPresent : this.#plant.contactClosed(name);
    return closed ? 1 : 0;
  }
}

/** The meter of the whole site. */
function isMeter({ device, points }: Instrument): boolean {
  return points[0]?.point === "power-total" && device.feeder === INCOMER;
}

/** A three-phase meter has one error of its own; the noise of its readings comes on top. */
function gainsOf(points: readonly Point[], random: Random): number[] {
  const unit = random.normal();
  return points.map(({ gainShare }) => 1 + gainShare * unit);
}
