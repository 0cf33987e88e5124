import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Link, type LinkReply, openLink } from "@sealwatch/gateway";
import { seededRandom, silentLogger, sleepMs, systemClock } from "@sealwatch/platform";
import { decodeRtuFrame, encodeRegistersResponse, encodeRtuFrame, QUALITY } from "@sealwatch/protocols";
import { afterEach, beforeEach, expect, it } from "vitest";
import { expectInTime, measuredAgain } from "../rig/measured-again.ts";

const TIMEOUT_MS = 200;
const PTY_WAIT_MS = 30_000;

/** A slave whose register n holds n, at the far end of a pseudo terminal. */
let folder: string;
let path: string;
let socat: ChildProcess;
let slave: Server;
let far: Socket | null;
let answer: (address: number, frame: Uint8Array) => void;
let link: Link;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-pty-"));
  path = join(folder, "line");
  answer = (_, frame) => send(frame);
  slave = createServer((socket) => {
    far = socket;
    socket.on("error", () => socket.destroy());
    socket.on("data", hear);
  });
  slave.listen(0, "127.0.0.1");
  await once(slave, "listening");
  const address = slave.address();
  const port = typeof address === "object" && address ? address.port : 0;
  socat = spawn("socat", [`PTY,raw,echo=0,link=${path}`, `TCP:127.0.0.1:${port},nodelay`], {
    stdio: "inherit",
  });
  await once(slave, "connection");
  for (let waited = 0; !existsSync(path) && waited < PTY_WAIT_MS; waited += 10)
    await sleepMs(systemClock, 10);
  link = openLink(
    {
      id: "line",
      kind: "modbus-rtu",
      // The schema wants a device file; socat's link points at one.
      path,
      baud: 9600,
      parity: "none",
      stopBits: 1,
      timeoutMs: TIMEOUT_MS,
      turnaroundMs: 0,
      echo: false,
    },
    { clock: systemClock, lineClock: systemClock, random: seededRandom(1), log: silentLogger() },
  );
});

afterEach(async () => {
  await link.close();
  socat.kill();
  far?.destroy();
  await new Promise((resolve) => slave.close(resolve));
  rmSync(folder, { recursive: true });
});

function send(bytes: Uint8Array): void {
  far?.write(bytes);
}

function hear(bytes: Uint8Array): void {
  const question = decodeRtuFrame(bytes);
  if (!question) return;
  const [, high = 0, low = 0] = question.pdu;
  const frame = encodeRtuFrame(question.unit, encodeRegistersResponse(3, Uint8Array.of(high, low)));
  answer(high * 256 + low, frame);
}

const ask = (unit: number, address: number) =>
  link.transact({ kind: "modbus-read", unit, read: { functionCode: 3, address, quantity: 1 } });

function shown(reply: LinkReply): unknown {
  if ("values" in reply) return reply.values[0];
  return "quality" in reply && reply.quality === QUALITY.noAnswer ? "no answer" : reply;
}

/** No answer is ever another register's; on a machine that keeps up they are these. */
function expectAnswers(asked: readonly number[], answers: readonly LinkReply[], wanted: readonly unknown[]) {
  const seen = answers.map(shown);
  for (const [index, answer] of seen.entries()) expect([asked[index], "no answer"]).toContain(answer);
  expectInTime(seen.join() === wanted.join(), `answered: ${seen}`);
}

it("onASerialPortAReplyFiftyMillisecondsLateIsNeverTakenForTheNextRegister", async () => {
  answer = (address, frame) => {
    if (address === 100) setTimeout(() => send(frame), TIMEOUT_MS + 50);
    else send(frame);
  };
  await measuredAgain(async () => {
    const answers = [await ask(1, 100), await ask(1, 300), await ask(1, 400)];
    expectAnswers([100, 300, 400], answers, ["no answer", 300, 400]);
  });
});

it("aLateReplyToOneUnitIsNeverTakenForAnother", async () => {
  answer = (address, frame) => {
    if (address === 100) setTimeout(() => send(frame), TIMEOUT_MS + 50);
    else send(frame);
  };
  await measuredAgain(async () => {
    const answers = await Promise.all([ask(1, 100), ask(2, 300), ask(1, 400), ask(2, 500)]);
    expectAnswers([100, 300, 400, 500], answers, ["no answer", 300, 400, 500]);
  });
});

it("readsAHundredRegistersInARowFromASerialPort", async () => {
  for (let address = 0; address < 100; address++)
    await measuredAgain(async () => expectAnswers([address], [await ask(1, address)], [address]));
});
