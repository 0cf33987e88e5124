import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { seededRandom, silentLogger, sleepMs, systemClock } from "@sealwatch/platform";
import {
  decodeModbusRequest,
  decodeRtuFrame,
  encodeDlt645Frame,
  encodeExceptionResponse,
  encodeRegistersResponse,
  encodeRtuFrame,
  findDlt645Frame,
  QUALITY,
  type ReadRequest,
} from "@sealwatch/protocols";
import { afterEach, describe, expect } from "vitest";
import type { LinkConfig } from "../config/link-config.ts";
import type { Link, LinkReply } from "./link.ts";
import { openLink } from "./open-link.ts";
import { always, steadyTest } from "./steady-machine.fixture.ts";

const TIMEOUT_MS = 150;
const it = steadyTest(10);
const parts = { clock: systemClock, lineClock: systemClock, random: seededRandom(1), log: silentLogger() };
const registers = (address: number): ReadRequest => ({ functionCode: 3, address, quantity: 1 });
const ask = (link: Link, unit: number, address: number) =>
  link.transact({ kind: "modbus-read", unit, read: registers(address) });

/** A slave whose register n holds n, behind a serial server that sends to whoever is connected now. */
class SlaveServer {
  readonly questions: { unit: number; address: number; atMs: number }[] = [];
  connections = 0;
  #server: Server;
  #socket: Socket | null = null;
  /** What is answered to one question, in what pieces and when. */
  answer: (unit: number, request: ReadRequest, frame: Uint8Array) => void = (_, __, frame) =>
    this.send(frame);

  constructor() {
    this.#server = createServer((socket) => {
      this.connections++;
      this.#socket = socket;
      socket.on("error", () => socket.destroy());
      socket.on("data", (bytes: Uint8Array) => this.hear(bytes));
    });
  }

  hear(bytes: Uint8Array): void {
    const frame = decodeRtuFrame(bytes);
    if (!frame) return;
    const request = decodeModbusRequest(frame.pdu);
    if ("exception" in request) return;
    this.questions.push({ unit: frame.unit, address: request.address, atMs: performance.now() });
    this.answer(frame.unit, request, valueFrame(frame.unit, request.address));
  }

  send(...pieces: (Uint8Array | readonly number[])[]): void {
    for (const piece of pieces) this.#socket?.write(Uint8Array.from(piece));
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function valueFrame(unit: number, value: number): Uint8Array {
  return encodeRtuFrame(unit, encodeRegistersResponse(3, Uint8Array.of(value >> 8, value & 0xff)));
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function line(change: Record<string, unknown> = {}): Promise<{ slave: SlaveServer; link: Link }> {
  const slave = new SlaveServer();
  const port = await slave.listen();
  const link = openLink(
    {
      id: "bus-1",
      kind: "modbus-rtu-tcp",
      host: "127.0.0.1",
      port,
      timeoutMs: TIMEOUT_MS,
      baud: 115_200,
      parity: "none",
      stopBits: 1,
      turnaroundMs: 0,
      echo: false,
      ...change,
    } as LinkConfig,
    parts,
  );
  open.push(slave, link);
  return { slave, link };
}

function shown(reply: LinkReply): number | string {
  if ("values" in reply) return reply.values[0] ?? "empty";
  return "quality" in reply ? `quality ${reply.quality}` : "data";
}

/** An answer is of the question's own register or there is none, whatever else happens. */
function neverAnothers(asked: readonly number[], answers: readonly LinkReply[]): (number | string)[] {
  const seen = answers.map(shown);
  for (const [index, answer] of seen.entries())
    always([asked[index], NO_ANSWER].includes(answer), `${asked[index]} was asked for, ${answer} was heard`);
  return seen;
}

const NO_ANSWER = `quality ${QUALITY.noAnswer}`;
const BAD_FRAME = `quality ${QUALITY.badFrame}`;

describe("RTU over TCP", () => {
  it("aReplyFiftyMillisecondsLateIsNeverTakenForTheNextRegister", async () => {
    const { slave, link } = await line();
    slave.answer = (_, { address }, frame) => {
      if (address === 100) setTimeout(() => slave.send(frame), TIMEOUT_MS + 50);
      else slave.send(frame);
    };
    const answers = [await ask(link, 1, 100), await ask(link, 1, 300), await ask(link, 1, 400)];
    expect(neverAnothers([100, 300, 400], answers)).toEqual([NO_ANSWER, 300, 400]);
    expect(slave.connections).toBe(2);
  });

  for (const lateMs of [-20, 0, 20, 60, 100, 140])
    it(`a reply ${lateMs} ms after the timeout never gives a later question a wrong register`, async () => {
      const { slave, link } = await line();
      let first = true;
      slave.answer = (_, __, frame) => {
        if (first) setTimeout(() => slave.send(frame), TIMEOUT_MS + lateMs);
        else slave.send(frame);
        first = false;
      };
      const asked = [100, 300, 400, 500];
      const answers = await Promise.all(asked.map((address) => ask(link, 1, address)));
      expect(neverAnothers(asked, answers).at(-1)).toBe(500);
    });

  it("aStationThatMayStillAnswerDoesNotHoldUpItsNeighbours", async () => {
    const { slave, link } = await line();
    slave.answer = (unit, _, frame) => {
      if (unit !== 1) slave.send(frame);
    };
    await ask(link, 1, 100);
    const before = performance.now();
    const again = ask(link, 1, 100);
    expect(shown(await ask(link, 2, 300))).toBe(300);
    expect(performance.now() - before).toBeLessThan(TIMEOUT_MS);
    expect(shown(await again)).toBe(NO_ANSWER);
  });

  it("readsBehindNoiseAndAnEchoInAnyPieces", async () => {
    const { slave, link } = await line();
    const question = encodeRtuFrame(1, Uint8Array.of(3, 0x01, 0x2c, 0, 1));
    slave.answer = (_, __, frame) => slave.send([0x00, 0xff], frame.subarray(0, 2), frame.subarray(2));
    expect(shown(await ask(link, 1, 300))).toBe(300);
    slave.answer = (_, __, frame) => slave.send(question, frame.subarray(0, 4), frame.subarray(4));
    expect(shown(await ask(link, 1, 300))).toBe(300);
  });

  it("anEchoThatMustComeIsRequiredAndPassedOver", async () => {
    const { slave, link } = await line({ echo: true });
    const question = encodeRtuFrame(1, Uint8Array.of(3, 0x01, 0x2c, 0, 1));
    slave.answer = (_, __, frame) => slave.send([0xff], question, frame);
    expect(shown(await ask(link, 1, 300))).toBe(300);
    slave.answer = () => slave.send(question);
    expect(shown(await ask(link, 2, 300))).not.toBe(300);
  });

  it("aBrokenFrameIsSaidToBeOneAndTheSocketIsOpenedAnew", async () => {
    const { slave, link } = await line();
    slave.answer = (_, __, frame) => slave.send(frame.with(4, 0xee));
    expect(shown(await ask(link, 1, 300))).toBe(BAD_FRAME);
    slave.answer = (_, __, frame) => slave.send(frame);
    expect(shown(await ask(link, 2, 300))).toBe(300);
    expect(slave.connections).toBe(2);
    expect(link.stats()).toMatchObject({ up: true, drained: 1 });
  });

  it("aBabblingLineIsAskedNothingAndEndsAsBadFrames", async () => {
    const { slave, link } = await line();
    let babbling = true;
    slave.answer = async () => {
      while (babbling) {
        slave.send([0x55, 0xaa, 0x01, 0x03]);
        await sleepMs(systemClock, 5);
      }
    };
    expect(shown(await ask(link, 1, 300))).toBe(BAD_FRAME);
    babbling = false;
    slave.answer = (_, __, frame) => slave.send(frame);
    expect(shown(await ask(link, 2, 400))).toBe(400);
  });

  it("tellsExceptionsAndOtherUnitsApart", async () => {
    const { slave, link } = await line();
    slave.answer = () => slave.send(encodeRtuFrame(1, encodeExceptionResponse(3, 2)));
    expect(shown(await ask(link, 1, 300))).toBe("quality 18");
    slave.answer = () => slave.send(valueFrame(9, 300));
    expect(shown(await ask(link, 1, 300))).toBe(BAD_FRAME);
  });

  it("endsWithoutAnAnswerWhenTheServerHangsUpAndDialsAgain", async () => {
    const { slave, link } = await line();
    slave.answer = () => slave.hangUp();
    const before = performance.now();
    expect(shown(await ask(link, 1, 300))).toBe(NO_ANSWER);
    expect(performance.now() - before).toBeLessThan(TIMEOUT_MS);
    slave.answer = (_, __, frame) => slave.send(frame);
    expect(shown(await ask(link, 2, 300))).toBe(300);
  });

  it("anAbortedQuestionEndsAtOnceWhetherItWaitsOrIsAsked", async () => {
    const { slave, link } = await line({ timeoutMs: 10_000 });
    const heard = new Promise<void>((resolve) => {
      slave.answer = () => resolve();
    });
    const stop = new AbortController();
    const request = { kind: "modbus-read", unit: 1, read: registers(1) } as const;
    const asked = link.transact(request, stop.signal);
    const waiting = link.transact({ ...request, unit: 2 }, stop.signal);
    await heard;
    stop.abort();
    const before = performance.now();
    expect((await Promise.all([asked, waiting])).map(shown)).toEqual([NO_ANSWER, NO_ANSWER]);
    expect(performance.now() - before).toBeLessThan(100);
  });

  it("measuresHowBusyItIsAndHowLongEachStationTakes", async () => {
    const { slave, link } = await line();
    slave.answer = (_, __, frame) => setTimeout(() => slave.send(frame), 40);
    for (let round = 0; round < 3; round++) await ask(link, 7, 300);
    const { stations, utilisation } = link.stats();
    const station = stations.get("7");
    expect(station).toMatchObject({ asked: 3, answered: 3, badFrames: 0 });
    expect(station?.roundTripMs?.mean).toBeGreaterThan(38);
    expect(station?.roundTripMs?.longest).toBeLessThan(140);
    expect(utilisation).toBeGreaterThan(0.5);
  });

  it("asksContactsFirstThenByWhatIsDue", async () => {
    const { slave, link } = await line();
    slave.answer = (_, __, frame) => setTimeout(() => slave.send(frame), 10);
    const later = (unit: number, priority: 0 | 1 | 2 | 3, dueMs: number) =>
      link.transact({ kind: "modbus-read", unit, read: registers(unit), priority, dueMs });
    await Promise.all([
      later(9, 2, 0),
      later(1, 3, 1),
      later(2, 2, 9),
      later(3, 2, 5),
      later(4, 0, 9),
      later(5, 1, 9),
    ]);
    expect(slave.questions.map(({ unit }) => unit)).toEqual([9, 4, 5, 3, 2, 1]);
  });
});

describe("DL/T 645 over TCP", () => {
  it("readsAMeterBehindNoiseEchoAndTheFramesOfOthers", async () => {
    const { slave, link } = await line({ kind: "dlt645-tcp", parity: "even" });
    const data = (address: string) =>
      encodeDlt645Frame(
        { address, control: 0x91, data: Uint8Array.of(0, 1, 1, 2, 0x01, 0x10) },
        { wakeUp: true },
      );
    slave.hear = (question) => slave.send([0x68, 0xff], question, data("000000000162"), data("000000000161"));
    const request = { kind: "dlt645-read", address: "000000000161", identifier: "02010100" } as const;
    expect(await link.transact(request)).toMatchObject({ data: Uint8Array.of(0x01, 0x10) });
    slave.hear = () =>
      slave.send(encodeDlt645Frame({ address: "000000000161", control: 0xd1, data: Uint8Array.of(2) }));
    expect(shown(await link.transact(request))).toBe("quality 18");
    slave.hear = () => slave.send(data("000000000161").with(14, 0));
    expect(shown(await link.transact(request))).toBe(BAD_FRAME);
  });

  /** A meter that holds `value` for 02010100 and sends `bytesPerFrame` of it at once. */
  function meterInParts(slave: SlaveServer, value: Uint8Array, bytesPerFrame: number): number[] {
    const sequences: number[] = [];
    slave.hear = (question) => {
      const found = findDlt645Frame(question);
      if (found.kind !== "frame") return;
      const { address, control, data } = found.frame;
      const sequence = control === 0x12 ? (data[4] ?? 0) : 0;
      sequences.push(sequence);
      const part = value.subarray(sequence * bytesPerFrame, (sequence + 1) * bytesPerFrame);
      const more = (sequence + 1) * bytesPerFrame < value.length ? 0x20 : 0;
      const tail = sequence > 0 ? [sequence] : [];
      const answer = Uint8Array.of(...data.subarray(0, 4), ...part, ...tail);
      slave.send(encodeDlt645Frame({ address, control: control | 0x80 | more, data: answer }));
    };
    return sequences;
  }

  const BLOCK = { kind: "dlt645-read", address: "000000000161", identifier: "02010100" } as const;

  it("joinsAValueThatComesInSeveralFramesAndLetsNobodyBetween", async () => {
    const { slave, link } = await line({ kind: "dlt645-tcp", parity: "even" });
    const value = Uint8Array.from({ length: 450 }, (_, index) => index & 0x77);
    const sequences = meterInParts(slave, value, 195);
    const [reply] = await Promise.all([link.transact(BLOCK), link.transact(BLOCK)]);
    expect(reply).toMatchObject({ data: value, address: "000000000161" });
    expect(sequences).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("aValueWithoutAnEndIsABadFrameAndSoIsOneWhoseRestDoesNotCome", async () => {
    const { slave, link } = await line({ kind: "dlt645-tcp", parity: "even" });
    const sequences = meterInParts(slave, new Uint8Array(1_000), 2);
    expect(shown(await link.transact(BLOCK))).toBe(BAD_FRAME);
    expect(sequences).toHaveLength(16);
    meterInParts(slave, new Uint8Array(300), 195);
    const whole = slave.hear;
    slave.hear = (question) => {
      if (!question.includes(0x12)) whole(question);
    };
    expect(shown(await link.transact(BLOCK))).toBe(BAD_FRAME);
  });

  it("aFrameThatIsUnderWayWhenTheTimeoutEndsIsHeardToItsEnd", async () => {
    const { slave, link } = await line({ kind: "dlt645-tcp", parity: "even", baud: 9600 });
    const value = Uint8Array.from({ length: 190 }, (_, index) => index & 0x77);
    slave.hear = async () => {
      const data = Uint8Array.of(0, 1, 1, 2, ...value);
      const bytes = encodeDlt645Frame({ address: BLOCK.address, control: 0x91, data });
      await sleepMs(systemClock, TIMEOUT_MS - 20);
      for (let sent = 0; sent < bytes.length; sent += 20) {
        slave.send(bytes.subarray(sent, sent + 20));
        await sleepMs(systemClock, 20);
      }
    };
    expect(await link.transact(BLOCK)).toMatchObject({ data: value });
  });

  it("bytesThatAreNoAnswerAreABadFrameAndSilenceIsNone", async () => {
    const { slave, link } = await line({ kind: "dlt645-tcp", parity: "even" });
    slave.hear = () => slave.send([0xfe, 0xfe, 0xfe, 0xfe]);
    expect(shown(await link.transact(BLOCK))).toBe(BAD_FRAME);
    slave.hear = () => {};
    expect(shown(await link.transact(BLOCK))).toBe(NO_ANSWER);
  });

  it("refusesWhatItsProtocolCannotCarry", async () => {
    const { slave, link } = await line({ kind: "dlt645-tcp" });
    expect(shown(await ask(link, 1, 1))).toBe(NO_ANSWER);
    expect(slave.connections).toBe(0);
  });
});
