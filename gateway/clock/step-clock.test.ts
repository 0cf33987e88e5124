import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { systemClock } from "@sealwatch/platform";
import { parseStepRequest, type StepTime } from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StepClock } from "./step-clock.ts";
import { StepSocket } from "./step-socket.ts";

const START = 1_800_000_000_000;

/** A simulator with one client: time moves to wherever the client wants to sleep. */
class Simulator {
  readonly sleeps: number[] = [];
  pace: StepTime["pace"] = "stepped";
  /** Leaves sleeps unanswered, as while another client is at work. */
  mute = false;
  monotonicMs = 0;
  #server: Server = createServer((socket) => this.#serve(socket));
  #socket: Socket | null = null;

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("data", (text: string) => {
      for (const line of text.split("\n").filter(Boolean)) {
        const request = parseStepRequest(line);
        if (request?.op === "sleep") {
          this.sleeps.push(request.untilMs);
          if (this.mute || this.pace === "real") continue;
          this.monotonicMs = Math.max(this.monotonicMs, request.untilMs);
        }
        const { monotonicMs, pace } = this;
        socket.write(`${JSON.stringify({ op: "time", wallMs: START + monotonicMs, monotonicMs, pace })}\n`);
      }
    });
  }
}

let simulator: Simulator;
let clock: StepClock;
let stop: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  simulator = new Simulator();
  const { socket, time } = await StepSocket.join("127.0.0.1", await simulator.listen(), "gw-000001");
  clock = new StepClock(socket, time, systemClock);
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await simulator.close();
  await running.catch(() => {});
});

describe("the step clock", () => {
  it("wakesManySleepersInOrderAndAsksOncePerMoment", async () => {
    const woken: string[] = [];
    const sleeper = async (name: string, everyMs: number, times: number) => {
      for (let slot = 1; slot <= times; slot++) {
        await clock.sleepUntil(slot * everyMs);
        woken.push(`${clock.monotonicMs()} ${name}`);
      }
    };
    running = clock.run(stop.signal);
    await Promise.all([sleeper("a", 1_000, 4), sleeper("b", 2_000, 2)]);
    expect(woken).toEqual(["1000 a", "2000 b", "2000 a", "3000 a", "4000 b", "4000 a"]);
    expect(simulator.sleeps).toEqual([1_000, 2_000, 3_000, 4_000]);
    expect(clock.wallMs()).toBe(START + 4_000);
  });

  it("standsStillWhileThereIsWork", async () => {
    let finish = () => {};
    let work: Promise<void> | null = new Promise<void>((resolve) => {
      finish = resolve;
    });
    clock.addBarrier(() => work);
    running = clock.run(stop.signal);
    let awake = false;
    const sleep = clock.sleepUntil(5_000).then(() => {
      awake = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([awake, simulator.sleeps]).toEqual([false, []]);
    work = null;
    finish();
    await sleep;
    expect(simulator.sleeps).toEqual([5_000]);
  });

  it("forgetsASleeperThatGivesUp", async () => {
    const given = new AbortController();
    const early = clock.sleepUntil(1_000, given.signal);
    given.abort();
    await early;
    running = clock.run(stop.signal);
    await clock.sleepUntil(9_000);
    expect(simulator.sleeps).toEqual([9_000]);
  });

  it("noticesThatTimeBecameRealDuringALongSleepAndWakesByItselfFromThenOn", async () => {
    simulator.mute = true;
    running = clock.run(stop.signal);
    const far = clock.sleepUntil(600);
    const paced = new Promise<void>((resolve) => {
      clock.onPace = resolve;
    });
    while (simulator.sleeps.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const before = performance.now();
    simulator.pace = "real";
    simulator.monotonicMs = 300;
    await paced;
    expect(clock.stepping).toBe(false);
    await far;
    expect(performance.now() - before).toBeGreaterThan(200);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(600);
  });

  it("endsWhenTheSimulatorGoes", async () => {
    simulator.mute = true;
    running = clock.run(stop.signal);
    void clock.sleepUntil(1_000);
    while (simulator.sleeps.length === 0) await new Promise((resolve) => setImmediate(resolve));
    simulator.hangUp();
    await expect(running).rejects.toThrow(/STEP_SOCKET_LOST/);
  });
});
