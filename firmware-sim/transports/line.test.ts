import { type Clock, refusalCounter, seededRandom, silentLogger } from "@sealwatch/platform";
import {
  decodeRtuFrame,
  encodeDlt645Frame,
  encodeModbusRead,
  encodeRtuFrame,
  findDlt645Frame,
} from "@sealwatch/protocols";
import { afterEach, describe, expect, it } from "vitest";
import { loadScenario } from "../scenarios/load-scenario.ts";
import type { SiteAction } from "../scenarios/scenario-schema.ts";
import { Simulation } from "../simulation.ts";
import { Line } from "./line.ts";
import { lineStation } from "./line-station.ts";

const START_MS = Date.parse("2026-01-15T23:00:00+08:00");
const SETTINGS = { baud: 9600, parity: "even", turnaroundMs: 10 } as const;
const CHARACTER_MS = 11_000 / 9600;
const QUESTION_MS = (8 + 3.5) * CHARACTER_MS;

/** Time that moves when the test says so, from one sleeper to the next. */
class SteppingClock implements Clock {
  #nowMs = 0;
  readonly #sleeps = new Map<() => void, number>();
  wallMs = () => START_MS + this.#nowMs;
  monotonicMs = () => this.#nowMs;

  sleepUntil(dueMs: number): Promise<void> {
    if (dueMs <= this.#nowMs) return Promise.resolve();
    return new Promise((resolve) => this.#sleeps.set(resolve, dueMs));
  }

  async runUntil(untilMs: number): Promise<void> {
    for (;;) {
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      const [wake, dueMs] = [...this.#sleeps].reduce<[(() => void) | null, number]>(
        (first, [resolve, due]) => (due < first[1] ? [resolve, due] : first),
        [null, Number.POSITIVE_INFINITY],
      );
      if (!wake || dueMs > untilMs) break;
      this.#sleeps.delete(wake);
      this.#nowMs = dueMs;
      wake();
    }
    this.#nowMs = untilMs;
  }
}

const lines: Line[] = [];

afterEach(() => {
  for (const line of lines.splice(0)) line.close();
});

function openLine({ peerBaud = null as number | null, holdsBack = false } = {}) {
  const clock = new SteppingClock();
  const simulation = new Simulation(loadScenario("all-devices"), 7, START_MS, silentLogger());
  const nowMs = () => clock.wallMs();
  const sent: { atMs: number; bytes: number[] }[] = [];
  const line = new Line({
    settings: SETTINGS,
    station: lineStation(simulation, SETTINGS.baud, nowMs),
    simulation,
    clock,
    random: seededRandom(1, "noise"),
    send: (bytes) => sent.push({ atMs: clock.monotonicMs(), bytes: [...bytes] }),
    peerBaud: async () => peerBaud,
    holdsBack,
    refusals: refusalCounter(silentLogger()),
  });
  lines.push(line);
  return {
    line,
    clock,
    sent,
    act: (action: SiteAction) => simulation.act(action, nowMs()),
    /** What has been sent so far, as one string of bytes. */
    heard: () => Uint8Array.from(sent.flatMap(({ bytes }) => bytes)),
  };
}

const readPower = (unit: number) =>
  encodeRtuFrame(unit, encodeModbusRead({ functionCode: 4, address: 0x0034, quantity: 2 }));
const ANSWER_BYTES = 9;
const ANSWER_MS = ANSWER_BYTES * CHARACTER_MS;

describe("time on the wire", () => {
  it("anAnswerBeginsAfterQuestionSilenceAndThoughtAndComesByteByByte", async () => {
    const { line, clock, sent, heard } = openLine();
    line.receive(readPower(1));
    await clock.runUntil(1000);
    expect(decodeRtuFrame(heard())?.unit).toBe(1);
    expect(sent.map(({ bytes }) => bytes.length)).toEqual(Array(ANSWER_BYTES).fill(1));
    for (const [index, { atMs }] of sent.entries())
      expect(atMs).toBeCloseTo(QUESTION_MS + 10 + (index + 1) * CHARACTER_MS, 6);
  });

  it("aQuestionInPiecesIsOneWhileNoSilenceComesBetween", async () => {
    const { line, clock, heard } = openLine();
    line.receive(readPower(1).subarray(0, 3));
    await clock.runUntil(4 * CHARACTER_MS);
    line.receive(readPower(1).subarray(3));
    await clock.runUntil(1000);
    expect(decodeRtuFrame(heard())?.unit).toBe(1);
  });

  it("aSilenceInsideAQuestionSpoilsIt", async () => {
    const { line, clock, heard } = openLine();
    line.receive(readPower(1).subarray(0, 3));
    await clock.runUntil(10 * CHARACTER_MS);
    line.receive(readPower(1).subarray(3));
    await clock.runUntil(1000);
    expect(heard()).toHaveLength(0);
  });

  it("onASerialServerAQuestionWaitsForTheAnswerBefore", async () => {
    const { line, clock, heard } = openLine({ holdsBack: true });
    line.receive(readPower(1));
    await clock.runUntil(QUESTION_MS + 10 + 3 * CHARACTER_MS);
    line.receive(readPower(2));
    await clock.runUntil(1000);
    expect(decodeRtuFrame(heard().subarray(0, ANSWER_BYTES))?.unit).toBe(1);
    expect(decodeRtuFrame(heard().subarray(ANSWER_BYTES))?.unit).toBe(2);
  });

  it("aQuestionAtAnotherRateIsNotUnderstood", async () => {
    const { line, clock, heard } = openLine({ peerBaud: 4800 });
    line.receive(readPower(1));
    await clock.runUntil(1000);
    expect(heard()).toHaveLength(0);
  });
});

describe("faults", () => {
  async function answerUnder(...actions: SiteAction[]) {
    const opened = openLine();
    for (const action of actions) opened.act(action);
    opened.line.receive(readPower(1));
    await opened.clock.runUntil(3000);
    return { ...opened, lastMs: opened.sent.at(-1)?.atMs ?? 0 };
  }

  it("silenceLastsUntilRestored", async () => {
    const { line, clock, heard, act } = await answerUnder({ do: "silence", what: "sdm630" });
    expect(heard()).toHaveLength(0);
    act({ do: "restore", what: "sdm630" });
    line.receive(readPower(1));
    await clock.runUntil(4000);
    expect(decodeRtuFrame(heard())?.unit).toBe(1);
  });

  it("aLateAnswerComesLateAndOthersOvertakeIt", async () => {
    const { line, clock, sent, heard, act } = openLine();
    act({ do: "late", what: "sdm630", value: 500 });
    line.receive(readPower(1));
    await clock.runUntil(100);
    line.receive(readPower(2));
    await clock.runUntil(3000);
    expect(decodeRtuFrame(heard().subarray(0, ANSWER_BYTES))?.unit).toBe(2);
    expect(decodeRtuFrame(heard().subarray(ANSWER_BYTES))?.unit).toBe(1);
    expect(sent.at(-1)?.atMs).toBeCloseTo(QUESTION_MS + 10 + 500 + ANSWER_MS, 6);
  });

  it.each(["bad-crc", "drop-bytes", "clash"] as const)("%s leaves no frame that holds", async (fault) => {
    const { heard } = await answerUnder({ do: fault, what: "sdm630" });
    expect(heard().length).toBeGreaterThan(0);
    expect(decodeRtuFrame(heard())).toBeNull();
  });

  it("anExceptionHasTheCodeAskedFor", async () => {
    const { heard } = await answerUnder({ do: "exception", what: "sdm630", value: 6 });
    expect([...(decodeRtuFrame(heard())?.pdu ?? [])]).toEqual([0x84, 6]);
  });

  it("aSlowLineStretchesTheAnswer", async () => {
    const { lastMs } = await answerUnder({ do: "slow", what: "line", value: 3 });
    expect(lastMs).toBeCloseTo(QUESTION_MS + 10 + 3 * ANSWER_MS, 6);
  });

  it("anEchoPrecedesTheAnswer", async () => {
    const { heard } = await answerUnder({ do: "echo", what: "line" });
    expect(heard().subarray(0, 8)).toEqual(readPower(1));
    expect(decodeRtuFrame(heard().subarray(8))?.unit).toBe(1);
  });

  it("aBabblingLineTalksUnasked", async () => {
    const { clock, heard, act } = openLine();
    act({ do: "babble", what: "line", value: 50 });
    await clock.runUntil(2000);
    expect(heard().length).toBeGreaterThan(30);
  });
});

describe("DL/T 645 on the same line", () => {
  const answerTo = async (hex: string) => {
    const { line, clock, heard } = openLine();
    line.receive(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    await clock.runUntil(2000);
    const found = findDlt645Frame(heard());
    return found.kind === "frame" ? found.frame : null;
  };

  it("theGoldenQuestionForTheImportCounterIsAnswered", async () => {
    const frame = await answerTo("68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16");
    expect(frame).toMatchObject({ address: "000000000161", control: 0x91 });
    // 1040.20 kWh: a third of 3120.6.
    expect(Buffer.from(frame?.data ?? []).toString("hex")).toBe("00000100" + "20401000");
  });

  it("phasesThatASinglePhaseMeterDoesNotHaveAreFfFf", async () => {
    const question = encodeDlt645Frame({
      address: "000000000161",
      control: 0x11,
      data: Uint8Array.of(0, 0xff, 1, 2),
    });
    const frame = await answerTo(Buffer.from(question).toString("hex"));
    expect([...(frame?.data.slice(6) ?? [])]).toEqual([0xff, 0xff, 0xff, 0xff]);
    const volts = Number(Buffer.from(frame?.data.slice(4, 6).toReversed() ?? []).toString("hex")) / 10;
    expect(volts).toBeGreaterThan(200);
    expect(volts).toBeLessThan(250);
  });

  it("whatAMeterDoesNotHoldIsAnErrorAnswer", async () => {
    const question = encodeDlt645Frame({
      address: "201000000012",
      control: 0x11,
      data: Uint8Array.of(0, 0, 0x99, 2),
    });
    const frame = await answerTo(Buffer.from(question).toString("hex"));
    expect(frame).toMatchObject({ control: 0xd1, data: Uint8Array.of(2) });
  });

  it("twoMetersThatAreBothAskedForTheirAddressCollide", async () => {
    const { line, clock, heard } = openLine();
    line.receive(Buffer.from("68AAAAAAAAAAAA681300DF16", "hex"));
    await clock.runUntil(2000);
    expect(heard().length).toBeGreaterThan(0);
    expect(findDlt645Frame(heard()).kind).not.toBe("frame");
  });
});
