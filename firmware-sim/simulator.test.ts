import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { silentLogger } from "@sealwatch/platform";
import { encodeMbap, encodeModbusRead, parseStepTime, type StepTime, splitMbap } from "@sealwatch/protocols";
import { afterEach, describe, expect, it } from "vitest";
import { loadScenario } from "./scenarios/load-scenario.ts";
import { type SimulatorOptions, startSimulator } from "./simulator.ts";

const START_MS = Date.parse("2026-01-15T23:00:00+08:00");
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start({ port = 0, ...options }: Partial<SimulatorOptions> & { port?: number } = {}) {
  const simulator = await startSimulator({
    scenario: loadScenario("night-restart"),
    seed: 1,
    transport: { kind: "modbus-tcp", host: "127.0.0.1", port },
    startMs: START_MS,
    speed: 1,
    step: { port: 0, untilNow: false },
    waitTrigger: true,
    log: silentLogger(),
    ...options,
  });
  open.push(simulator.close);
  return { ...simulator, modbusPort: simulator.port ?? 0 };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  open.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Sends bytes and gives what has come back once `frames` frames are there, as `transaction unit pdu`. */
async function exchange(socket: Socket, bytes: Uint8Array, frames: number): Promise<readonly string[]> {
  socket.write(bytes);
  let received: Uint8Array = new Uint8Array();
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    received = Buffer.concat([received, chunk]);
    const split = splitMbap(received);
    if (split.frames.length >= frames)
      return split.frames.map(
        ({ transactionId, unit, pdu }) => `${transactionId} ${unit} ${Buffer.from(pdu).toString("hex")}`,
      );
  }
}

function request(
  transactionId: number,
  unit: number,
  functionCode: 1 | 2 | 3 | 4,
  address: number,
  quantity: number,
) {
  return encodeMbap({ transactionId, unit, pdu: encodeModbusRead({ functionCode, address, quantity }) });
}

/** A client of the step socket: says something, and takes one answer at a time. */
async function stepClient(port: number | null) {
  const socket = await dial(port ?? 0);
  const answers: StepTime[] = [];
  const takers: ((time: StepTime) => void)[] = [];
  let buffered = "";
  socket.on("data", (chunk) => {
    const lines = (buffered + chunk).split("\n");
    buffered = lines.pop() ?? "";
    for (const line of lines) {
      const time = parseStepTime(line);
      if (!time) throw new Error(`not a time: ${line}`);
      const taker = takers.shift();
      if (taker) taker(time);
      else answers.push(time);
    }
  });
  const next = () =>
    new Promise<StepTime>((resolve) => {
      const ready = answers.shift();
      if (ready) resolve(ready);
      else takers.push(resolve);
    });
  const say = (message: object) => socket.write(`${JSON.stringify(message)}\n`);
  const ask = (message: object) => {
    say(message);
    return next();
  };
  return { socket, answers, say, next, ask };
}

describe("Modbus TCP", () => {
  it("pipelinedRequestsOfAllUnitsAreAnsweredInOrderAndAnUnknownUnitNotAtAll", async () => {
    const { modbusPort } = await start();
    const socket = await dial(modbusPort);
    const requests = [
      request(1, 2, 2, 0, 8),
      request(2, 99, 4, 0, 2),
      request(3, 3, 3, 0x0100, 1),
      request(4, 1, 4, 0x004c, 2),
    ];
    expect(await exchange(socket, Buffer.concat(requests), 3)).toEqual([
      "1 2 02011f",
      "3 3 03020003",
      "4 1 040400000000",
    ]);
  });

  it("exceptionsOverTheSocket", async () => {
    const { modbusPort } = await start();
    const socket = await dial(modbusPort);
    const write = encodeMbap({ transactionId: 1, unit: 2, pdu: Buffer.from("050000ff00", "hex") });
    expect(await exchange(socket, write, 1)).toEqual(["1 2 8501"]);
    expect(await exchange(socket, request(2, 1, 4, 0x0200, 2), 1)).toEqual(["2 1 8402"]);
    expect(await exchange(socket, request(3, 1, 4, 0, 81), 1)).toEqual(["3 1 8403"]);
    expect(await exchange(socket, request(4, 1, 1, 0, 2), 1)).toEqual(["4 1 8101"]);
  });

  it("aRequestThatComesByteByByteIsAnswered", async () => {
    const { modbusPort } = await start();
    const socket = await dial(modbusPort);
    socket.setNoDelay(true);
    const bytes = request(9, 2, 2, 0, 8);
    for (const byte of bytes.subarray(0, -1)) socket.write(Uint8Array.of(byte));
    expect(await exchange(socket, bytes.subarray(-1), 1)).toEqual(["9 2 02011f"]);
  });

  it("garbageClosesThatConnectionAndNoOther", async () => {
    const { modbusPort } = await start();
    const [good, bad] = [await dial(modbusPort), await dial(modbusPort)];
    bad.write("GET / HTTP/1.1\r\n\r\n");
    await once(bad, "close");
    expect(await exchange(good, request(1, 2, 2, 0, 8), 1)).toEqual(["1 2 02011f"]);
  });

  it("connectionsHaveABound", async () => {
    const { modbusPort } = await start();
    for (let count = 0; count < 32; count++) await dial(modbusPort);
    const oneTooMany = await dial(modbusPort);
    await once(oneTooMany, "close");
  });

  it("aPortInUseIsSaidSo", async () => {
    const { modbusPort } = await start();
    await expect(start({ port: modbusPort })).rejects.toThrow(`PORT_IN_USE: port ${modbusPort} on 127.0.0.1`);
  });

  it("aStepPortInUseLeavesNothingListening", async () => {
    const first = await start();
    const port = first.stepPort ?? 0;
    const free = await start({ step: null });
    const { modbusPort } = free;
    await free.close();
    await expect(start({ port: modbusPort, step: { port, untilNow: false } })).rejects.toThrow("PORT_IN_USE");
    await start({ port: modbusPort, step: null });
  });
});

describe("step socket", () => {
  it("twoClientsAreSteppedToTheEarliestDueTimeOnceBothSleep", async () => {
    const { stepPort } = await start();
    const [a, b] = [await stepClient(stepPort), await stepClient(stepPort)];
    expect(await a.ask({ op: "join", name: "a" })).toEqual({
      op: "time",
      wallMs: START_MS,
      monotonicMs: 0,
      pace: "stepped",
    });
    await b.ask({ op: "join", name: "b" });
    a.say({ op: "sleep", untilMs: 60_000 });
    expect((await b.ask({ op: "now" })).monotonicMs).toBe(0);
    expect((await b.ask({ op: "sleep", untilMs: 10_000 })).monotonicMs).toBe(10_000);
    expect(a.answers).toEqual([]);
    const both = await Promise.all([b.ask({ op: "sleep", untilMs: 60_000 }), a.next()]);
    expect(both.map(({ wallMs }) => wallMs)).toEqual([START_MS + 60_000, START_MS + 60_000]);
  });

  it("aClientThatDisconnectsIsWaitedForNoLonger", async () => {
    const { stepPort } = await start();
    const [a, b] = [await stepClient(stepPort), await stepClient(stepPort)];
    await a.ask({ op: "join", name: "a" });
    await b.ask({ op: "join", name: "b" });
    a.say({ op: "sleep", untilMs: 5_000 });
    b.socket.destroy();
    expect((await a.next()).monotonicMs).toBe(5_000);
  });

  it("theTriggerIsTheAnchorOfTheTimeline", async () => {
    const { stepPort, modbusPort } = await start();
    const client = await stepClient(stepPort);
    const modbus = await dial(modbusPort);
    const inputs = async () => (await exchange(modbus, request(1, 2, 2, 0, 8), 1))[0];
    await client.ask({ op: "join", name: "gateway" });
    await client.ask({ op: "sleep", untilMs: 3_600_000 });
    expect(await inputs()).toBe("1 2 02011f");
    await client.ask({ op: "trigger" });
    expect(await inputs()).toBe("1 2 020115");
  });

  it("aClientMayActOnDevicesAndIsCutOffForWhatTheSiteDoesNotHave", async () => {
    const { stepPort, modbusPort } = await start();
    const client = await stepClient(stepPort);
    const modbus = await dial(modbusPort);
    await client.ask({ op: "act", do: "exception", what: "meter", value: 6 });
    expect(await exchange(modbus, request(1, 1, 4, 0x004c, 2), 1)).toEqual(["1 1 8406"]);
    await client.ask({ op: "act", do: "restore", what: "meter" });
    expect(await exchange(modbus, request(2, 1, 4, 0x004c, 2), 1)).toEqual(["2 1 040400000000"]);
    client.say({ op: "act", do: "late", what: "nobody" });
    await once(client.socket, "close");
  });

  it("withoutWaitingTheTimelineBeginsAtTheStart", async () => {
    const { modbusPort } = await start({ waitTrigger: false });
    expect(await exchange(await dial(modbusPort), request(1, 2, 2, 0, 8), 1)).toEqual(["1 2 020115"]);
  });

  it("untilNowItStepsAndThenRunsInRealTime", async () => {
    const before = Date.now();
    const { stepPort } = await start({ startMs: before - 120_000, step: { port: 0, untilNow: true } });
    const client = await stepClient(stepPort);
    expect((await client.ask({ op: "join", name: "a" })).pace).toBe("stepped");
    expect((await client.ask({ op: "sleep", untilMs: 60_000 })).pace).toBe("stepped");
    // On a machine that stands still for a moment, soon may be past before the simulator hears of it.
    for (;;) {
      const askedMs = Date.now();
      const soon = askedMs - (before - 120_000) + 200;
      const awake = await client.ask({ op: "sleep", untilMs: soon });
      if (awake.pace !== "real") continue;
      expect(awake.monotonicMs).toBeGreaterThanOrEqual(soon);
      expect(awake.wallMs).toBeGreaterThan(askedMs - 1_000);
      expect(awake.wallMs).toBeLessThan(Date.now() + 1_000);
      break;
    }
  });

  it.each([
    ["garbage", "hello\n"],
    ["a sleep before joining", '{"op":"sleep","untilMs":5}\n'],
    ["a line without end", "x".repeat(2_000)],
    ["a sleep of centuries", '{"op":"join","name":"a"}\n{"op":"sleep","untilMs":1e15}\n'],
  ])("%s closes the connection", async (_, text) => {
    const { stepPort } = await start();
    const socket = await dial(stepPort ?? 0);
    socket.resume().write(text);
    await once(socket, "close");
  });
});

describe("paced time", () => {
  it("runsAtItsSpeedFromItsStart", async () => {
    const simulator = await start({ step: null, waitTrigger: false, speed: 50_000 });
    expect(simulator.stepPort).toBeNull();
    const socket = await dial(simulator.modbusPort);
    await exchange(socket, request(1, 2, 2, 0, 8), 1);
    expect(simulator.nowMs()).toBeGreaterThan(START_MS);
  });
});
