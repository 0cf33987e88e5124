import {
  type Clock,
  type Logger,
  refusalCounter,
  seededRandom,
  sleepMs,
  systemClock,
} from "@sealwatch/platform";
import { pacedTime, type SimulatedTime } from "./clock/simulated-time.ts";
import { stepLateness } from "./clock/step-lateness.ts";
import { serveStepSocket } from "./clock/step-socket.ts";
import { SteppedTime } from "./clock/stepped-time.ts";
import { openAnswerLog } from "./devices/answer-log.ts";
import { type Scenario, siteActionSchema } from "./scenarios/scenario-schema.ts";
import { Simulation } from "./simulation.ts";
import { serveTransport } from "./transports/serve-transport.ts";
import type { Transport } from "./transports/transport.ts";

/** How late, in real time, a timeline's action may come when nobody polls. */
const TIMELINE_CHECK_MS = 200;

/** What to simulate and where to serve it. */
export interface SimulatorOptions {
  readonly scenario: Scenario;
  /** 32 bits; the same seed and the same reads give the same registers. */
  readonly seed: number;
  readonly transport: Transport;
  /** Simulated UTC at the start, in milliseconds. */
  readonly startMs: number;
  /** Simulated seconds a real second; without meaning when time is stepped. */
  readonly speed: number;
  /** Time moves as the clients of the step socket allow. Null: it runs by `speed`. */
  readonly step: { readonly port: number; readonly untilNow: boolean; readonly jitterMs?: number } | null;
  /** The timeline waits for a step client's trigger instead of beginning at the start. */
  readonly waitTrigger: boolean;
  /** Every answer of a meter is numbered, shown as its energy and written to this file. */
  readonly answers?: string | null;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** A running simulator. */
export interface Simulator {
  /** The TCP port of the transport; null on a serial port. */
  readonly port: number | null;
  /** Null unless time is stepped. */
  readonly stepPort: number | null;
  /** Simulated UTC now, in milliseconds. */
  nowMs(): number;
  connections(): number;
  /** Does something to the plant, a device or the line now; gives the reason when that is not possible. */
  act(action: unknown): string | null;
  close(): Promise<void>;
}

/** Starts a site. Throws PORT_IN_USE, LISTEN_FAILED or SERIAL_FAILED. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { step, log, startMs, clock: real = systemClock } = options;
  const refusals = refusalCounter(log);
  const answers = options.answers ? openAnswerLog(options.answers, real) : null;
  const simulation = new Simulation(options.scenario, options.seed, startMs, log, answers);
  const onMoved = (nowMs: number) => simulation.followTimeline(nowMs);
  const lateMs = stepLateness(step?.jitterMs ?? 0, seededRandom(options.seed, "step lateness"));
  const stepped = step ? new SteppedTime({ startMs, untilNow: step.untilNow, real, lateMs, onMoved }) : null;
  const time = stepped ?? pacedTime(startMs, options.speed, real);
  const trigger = () => simulation.trigger(time.nowMs());
  const nowMs = () => time.nowMs();
  const actions = siteActionSchema(options.scenario);
  const act = (action: unknown) => {
    const parsed = actions.safeParse(action);
    if (!parsed.success)
      return parsed.error.issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
    simulation.act(parsed.data, nowMs());
    return null;
  };

  const { seed, transport } = options;
  const served = await serveTransport(transport, { simulation, nowMs, clock: real, seed, refusals, log });
  const closing = new AbortController();
  const close = async () => {
    closing.abort();
    await Promise.all([served.close(), stepSocket?.close()]);
  };
  let stepSocket: Awaited<ReturnType<typeof serveStepSocket>> | null = null;
  try {
    if (step && stepped)
      stepSocket = await serveStepSocket({ port: step.port, time: stepped, startMs, trigger, act, refusals });
  } catch (error) {
    await close();
    throw error;
  }
  if (!options.waitTrigger) simulation.trigger(startMs);
  void followTimeline(simulation, time, real, closing.signal);
  return {
    port: served.port,
    stepPort: stepSocket?.port ?? null,
    nowMs,
    connections: served.connections,
    act,
    close,
  };
}

/** Keeps the timeline going while nobody reads. */
async function followTimeline(
  simulation: Simulation,
  time: SimulatedTime,
  real: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleepMs(real, TIMELINE_CHECK_MS, signal);
    simulation.followTimeline(time.nowMs());
  }
}
