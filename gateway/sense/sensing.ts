import { setMaxListeners } from "node:events";
import type { JournalRecord } from "@sealwatch/protocols";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { DevicePoller } from "./device-poller.ts";
import type { Link } from "./link.ts";
import { type LinkReport, reportLink } from "./link-report.ts";
import { openLink } from "./open-link.ts";
import { type PollPlan, planPolling } from "./poll-plan.ts";
import { staggerMs } from "./poll-schedule.ts";
import { PollsInFlight } from "./polls-in-flight.ts";
import type { LinkParts } from "./serial-link.ts";

/** What sensing works with. */
export interface SensingParts extends LinkParts {
  readonly append: (record: JournalRecord) => void;
  /** Opens a link in another way than over this machine's ports and sockets. */
  readonly openLink?: typeof openLink;
}

/** The part of a configuration that says what is sensed. */
export type SensingConfig = Pick<GatewayConfig, "links" | "devices" | "limits">;

/** How fast devices are polled: no more often than `slowestMs`, and spread over the interval or all at once. */
export interface Cadence {
  readonly slowestMs: number;
  readonly staggered: boolean;
  /** When polling begins, on the sensing clock; 0 if absent. */
  readonly fromMs?: number;
  /** The first polls are spread over no more than this, however rare a device's polls are. */
  readonly spreadMs?: number;
}

/** Listeners to the end of sensing besides the pollers. */
const LISTENERS_MORE = 16;

/** All links and the devices on them. */
export class Sensing {
  readonly inFlight = new PollsInFlight();
  readonly #config: SensingConfig;
  readonly #parts: SensingParts;
  readonly #links: ReadonlyMap<string, Link>;
  readonly #pollers: readonly DevicePoller[];
  #cadence: Cadence;

  constructor(config: SensingConfig, cadence: Cadence, parts: SensingParts) {
    this.#config = config;
    this.#parts = parts;
    this.#cadence = cadence;
    const open = parts.openLink ?? openLink;
    this.#links = new Map(config.links.map((link) => [link.id, open(link, parts)]));
    const plans = this.#plans();
    this.#pollers = plans.map((plan) => this.#poller(plan, phaseOf(plan, plans, cadence)));
  }

  /** Tells the journal which channels there are, from now on. */
  appendChannels(): void {
    const { channels } = planPolling(this.#config.devices, this.#cadence.slowestMs, this.#config.links);
    this.#parts.append({ type: "channels", atMs: Math.floor(this.#parts.clock.monotonicMs()), channels });
  }

  /** Polls until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    // Each poller listens; Node takes more than ten for a leak.
    setMaxListeners(this.#pollers.length + LISTENERS_MORE, signal);
    await Promise.all(this.#pollers.map((poller) => poller.run(signal)));
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  /** Goes over to another cadence, and says so in the journal. */
  changeCadence(cadence: Cadence): void {
    this.#cadence = cadence;
    this.appendChannels();
    const plans = this.#plans();
    plans.forEach((plan, index) => {
      this.#pollers[index]?.changeCadence(plan, phaseOf(plan, plans, cadence));
    });
  }

  /** Writes down the proof of polling so far. */
  cutRuns(): void {
    for (const poller of this.#pollers) poller.cutRuns();
  }

  /** How busy each link is, and how its devices answer. */
  links(): Readonly<Record<string, LinkReport>> {
    return Object.fromEntries(
      [...this.#links].map(([id, link]) => [id, reportLink(id, link.stats(), this.#config.devices)]),
    );
  }

  /** The open link of this id, for questions that go between the polls. */
  link(id: string): Link | undefined {
    return this.#links.get(id);
  }

  counters(): { readonly polls: number; readonly missed: number } {
    return {
      polls: this.#pollers.reduce((sum, { polls }) => sum + polls, 0),
      missed: this.#pollers.reduce((sum, { missed }) => sum + missed, 0),
    };
  }

  #plans(): readonly PollPlan[] {
    return planPolling(this.#config.devices, this.#cadence.slowestMs, this.#config.links).plans;
  }

  #poller(plan: PollPlan, phaseMs: number): DevicePoller {
    const link = this.#links.get(plan.link);
    if (!link) throw new Error(`no link ${plan.link}: the configuration was not checked`);
    const { clock, append, log } = this.#parts;
    return new DevicePoller(plan, phaseMs, {
      clock,
      link,
      bounds: this.#config.limits,
      inFlight: this.inFlight,
      append,
      log,
    });
  }
}

/** Devices of one link take turns; simulated time moves in steps, where taking turns would only cost more steps. */
function phaseOf(plan: PollPlan, plans: readonly PollPlan[], cadence: Cadence): number {
  const { staggered, fromMs = 0, spreadMs = plan.intervalMs } = cadence;
  if (!staggered) return Math.ceil(fromMs / plan.intervalMs) * plan.intervalMs;
  const neighbours = plans.filter(({ link }) => link === plan.link);
  const overMs = Math.min(plan.intervalMs, spreadMs);
  return fromMs + staggerMs(neighbours.indexOf(plan), neighbours.length, overMs);
}
