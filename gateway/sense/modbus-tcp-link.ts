import type { Socket } from "node:net";
import { type RetryBounds, retryDelayMs } from "@sealwatch/platform";
import { encodeModbusRead, exceptionQuality, QUALITY, type Quality, splitMbap } from "@sealwatch/protocols";
import modbusSerial from "modbus-serial";
import { connectSocket } from "./byte-line.ts";
import {
  LINK_PRIORITY,
  type Link,
  type LinkOutcome,
  type LinkReply,
  type LinkRequest,
  type LinkStats,
  type ModbusIdentifyRequest,
  type ModbusReadRequest,
} from "./link.ts";
import { LinkMeter } from "./link-meter.ts";
import { LinkQueue } from "./link-queue.ts";
import type { LinkParts } from "./serial-link.ts";

// The package is CommonJS that is its own `default`; its types only know the second.
const ModbusRTU = modbusSerial.default;
type ModbusClient = InstanceType<typeof ModbusRTU>;

const REDIAL: RetryBounds = { firstMs: 1_000, capMs: 60_000 };
/** Transaction ids come round after 256: a socket this silent is given up long before a late answer could be taken for another. */
const SILENT_TRANSACTIONS_MAX = 16;
/** More than the longest answer; what a tool may want to see of one transaction. */
const RECEIVED_BYTES_MAX = 1_024;
const NO_ANSWER: LinkOutcome = { quality: QUALITY.noAnswer };

/** One endpoint that speaks Modbus TCP. */
export interface ModbusTcpConfig {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

type ModbusRequest = ModbusReadRequest | ModbusIdentifyRequest;

/** One Modbus TCP endpoint: one socket, shared by its units, and one transaction at a time. */
export class ModbusTcpLink implements Link {
  readonly id: string;
  readonly #config: ModbusTcpConfig;
  readonly #parts: LinkParts;
  readonly #queue = new LinkQueue();
  readonly #meter: LinkMeter;
  #client: ModbusClient | null = null;
  #socket: Socket | null = null;
  #received: Uint8Array[] = [];
  #receivedBytes = 0;
  #failedDials = 0;
  #dialNotBeforeMs = Number.NEGATIVE_INFINITY;
  #silent = 0;
  #ended = false;
  /** Ends the transaction in flight: modbus-serial leaves its callers waiting when the socket goes. */
  #giveUp: (() => void) | null = null;

  constructor(config: ModbusTcpConfig, parts: LinkParts) {
    this.id = config.id;
    this.#config = config;
    this.#parts = parts;
    this.#meter = new LinkMeter(parts.lineClock.monotonicMs());
  }

  /** Ends within two timeouts of its turn: one to dial, one to ask. */
  async transact(request: LinkRequest, signal?: AbortSignal): Promise<LinkReply> {
    const { clock } = this.#parts;
    const priority = request.priority ?? LINK_PRIORITY.identity;
    const mine = request.kind === "modbus-read" || request.kind === "modbus-identify";
    const turn = mine && (await this.#queue.take(priority, request.dueMs ?? clock.monotonicMs(), signal));
    if (!mine || !turn) {
      const nothing = new Uint8Array(0);
      return { ...NO_ANSWER, sentMs: clock.monotonicMs(), tookMs: 0, sent: nothing, received: nothing };
    }
    const reply = await this.#transact(request, signal);
    // The device that was just read may have more to ask before the others.
    setImmediate(() => this.#queue.give());
    return reply;
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#queue.close();
    this.#drop();
  }

  stats(): LinkStats {
    const { lineClock } = this.#parts;
    return this.#meter.stats(lineClock.monotonicMs(), this.#client !== null, this.#queue.waiting);
  }

  async #transact(request: ModbusRequest, signal?: AbortSignal): Promise<LinkReply> {
    const { clock, lineClock } = this.#parts;
    const client = this.#client ?? (await this.#dial());
    const sentMs = clock.monotonicMs();
    const askedMs = lineClock.monotonicMs();
    this.#received = [];
    this.#receivedBytes = 0;
    const outcome = client ? await this.#ask(client, request, signal) : NO_ANSWER;
    const endedMs = lineClock.monotonicMs();
    const silent = "quality" in outcome && outcome.quality === QUALITY.noAnswer;
    this.#silent = silent ? this.#silent + 1 : 0;
    if (this.#silent >= SILENT_TRANSACTIONS_MAX) this.#drop();
    const bad = "quality" in outcome && outcome.quality === QUALITY.badFrame;
    const counted = silent ? "silent" : bad ? "bad-frame" : "answered";
    if (client) this.#meter.count(String(request.unit), counted, endedMs - askedMs);
    this.#meter.occupied(askedMs, endedMs);
    const sent = client ? Uint8Array.of(request.unit, ...pduOf(request)) : new Uint8Array(0);
    const received = Uint8Array.from(Buffer.concat(this.#received));
    return { ...outcome, sentMs, tookMs: endedMs - askedMs, sent, received };
  }

  #ask(client: ModbusClient, request: ModbusRequest, signal?: AbortSignal): Promise<LinkOutcome> {
    return new Promise((resolve) => {
      const giveUp = () => resolve(NO_ANSWER);
      this.#giveUp = giveUp;
      signal?.addEventListener("abort", giveUp, { once: true });
      client.setID(request.unit);
      client.setTimeout(request.timeoutMs ?? this.#config.timeoutMs);
      this.#send(client, request)
        .then(resolve, (error: unknown) => resolve({ quality: qualityOf(error) }))
        .finally(() => signal?.removeEventListener("abort", giveUp));
    });
  }

  async #send(client: ModbusClient, request: ModbusRequest): Promise<LinkOutcome> {
    if (request.kind === "modbus-read")
      return take((await read(client, request)).data, request.read.quantity);
    await client.readDeviceIdentification(BASIC_STREAM, request.objectId);
    const pdu = splitMbap(Buffer.concat(this.#received)).frames.at(-1)?.pdu;
    return pdu ? { data: pdu.slice(1) } : { quality: QUALITY.badFrame };
  }

  async #dial(): Promise<ModbusClient | null> {
    const { lineClock, random, log } = this.#parts;
    if (this.#ended || lineClock.monotonicMs() < this.#dialNotBeforeMs) return null;
    const { host, port, timeoutMs, id } = this.#config;
    const socket = await connectSocket(host, port, timeoutMs);
    if (socket instanceof Error) {
      this.#dialNotBeforeMs = lineClock.monotonicMs() + retryDelayMs(this.#failedDials++, REDIAL, random);
      if (this.#failedDials === 1) log.warn({ link: id, host, port, why: socket.message }, "link down");
      return null;
    }
    const client = new ModbusRTU();
    await client.linkTCP(socket, { port });
    // Before modbus-serial takes it apart, so that an answer's bytes are there when its promise resolves.
    socket.prependListener("data", (chunk: Uint8Array) => this.#hear(chunk));
    socket.on("close", () => {
      if (this.#socket === socket) this.#forget();
    });
    if (this.#ended) socket.destroy();
    if (socket.destroyed) return null;
    log.info({ link: id, host, port }, "link up");
    this.#failedDials = 0;
    this.#socket = socket;
    this.#client = client;
    return client;
  }

  #hear(chunk: Uint8Array): void {
    if (this.#receivedBytes >= RECEIVED_BYTES_MAX) return;
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
  }

  #drop(): void {
    this.#socket?.destroy();
    this.#forget();
  }

  #forget(): void {
    this.#client = null;
    this.#socket = null;
    this.#silent = 0;
    this.#giveUp?.();
  }
}

const ENCAPSULATED_INTERFACE = 0x2b;
const DEVICE_IDENTIFICATION = 0x0e;
const BASIC_STREAM = 1;

function pduOf(request: ModbusRequest): Uint8Array {
  return request.kind === "modbus-read"
    ? encodeModbusRead(request.read)
    : Uint8Array.of(ENCAPSULATED_INTERFACE, DEVICE_IDENTIFICATION, BASIC_STREAM, request.objectId);
}

function read(client: ModbusClient, { read: { functionCode, address, quantity } }: ModbusReadRequest) {
  switch (functionCode) {
    case 1:
      return client.readCoils(address, quantity);
    case 2:
      return client.readDiscreteInputs(address, quantity);
    case 3:
      return client.readHoldingRegisters(address, quantity);
    case 4:
      return client.readInputRegisters(address, quantity);
  }
}

/** Bits come padded to whole bytes. */
function take(data: readonly (number | boolean)[], quantity: number): LinkOutcome {
  return data.length < quantity
    ? { quality: QUALITY.badFrame }
    : { values: data.slice(0, quantity).map(Number) };
}

/** modbus-serial tells its failures apart by `errno` and `modbusCode`; what is left are answers that do not fit the request. */
function qualityOf(error: unknown): Quality {
  const { modbusCode, errno } = error as { modbusCode?: unknown; errno?: unknown };
  if (typeof modbusCode === "number") return exceptionQuality(modbusCode);
  return errno === "ETIMEDOUT" || errno === "ECONNREFUSED" ? QUALITY.noAnswer : QUALITY.badFrame;
}
