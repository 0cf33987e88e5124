import { Socket } from "node:net";
import { type Clock, type Logger, type Random, type RetryBounds, retryDelayMs } from "@sealwatch/platform";
import { exceptionQuality, QUALITY, type Quality, type ReadRequest } from "@sealwatch/protocols";
import modbusSerial from "modbus-serial";
import type { LinkConfig } from "../config/gateway-config.ts";

// The package is CommonJS that is its own `default`; its types only know the second.
const ModbusRTU = modbusSerial.default;
type ModbusClient = InstanceType<typeof ModbusRTU>;

const REDIAL: RetryBounds = { firstMs: 1_000, capMs: 60_000 };
/** Transaction ids come round after 256: a socket this silent is given up long before a late answer could be taken for another. */
const SILENT_TRANSACTIONS_MAX = 16;

/** What came of a request: registers or bits, or why there are none. */
export type LinkAnswer = { readonly sentMs: number } & (
  | { readonly values: readonly number[] }
  | { readonly quality: Quality }
);

type Outcome = { readonly values: readonly number[] } | { readonly quality: Quality };
const NO_ANSWER: Outcome = { quality: QUALITY.noAnswer };

/** What a link needs besides its configuration. */
export interface LinkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** One Modbus TCP endpoint: one socket, shared by its units, and one transaction at a time. */
export class ModbusLink {
  readonly #config: LinkConfig;
  readonly #parts: LinkParts;
  #turn: Promise<unknown> = Promise.resolve();
  #client: ModbusClient | null = null;
  #socket: Socket | null = null;
  #failedDials = 0;
  #dialNotBeforeMs = Number.NEGATIVE_INFINITY;
  #silent = 0;
  /** Ends the transaction in flight: modbus-serial leaves its callers waiting when the socket goes. */
  #giveUp: (() => void) | null = null;

  constructor(config: LinkConfig, parts: LinkParts) {
    this.#config = config;
    this.#parts = parts;
  }

  /** Waits its turn, dials if need be, asks. Never rejects, and ends within two timeouts of its turn. */
  read(unit: number, request: ReadRequest): Promise<LinkAnswer> {
    const answer = this.#turn.then(() => this.#transact(unit, request));
    this.#turn = answer;
    return answer;
  }

  /** Drops the connection; what is in flight ends without an answer. */
  close(): void {
    this.#socket?.destroy();
    this.#forget();
  }

  async #transact(unit: number, request: ReadRequest): Promise<LinkAnswer> {
    const client = this.#client ?? (await this.#dial());
    const sentMs = this.#parts.clock.monotonicMs();
    const outcome = client ? await this.#ask(client, unit, request) : NO_ANSWER;
    this.#silent = "quality" in outcome && outcome.quality === QUALITY.noAnswer ? this.#silent + 1 : 0;
    if (this.#silent >= SILENT_TRANSACTIONS_MAX) this.close();
    return { sentMs, ...outcome };
  }

  #ask(client: ModbusClient, unit: number, request: ReadRequest): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#giveUp = () => resolve(NO_ANSWER);
      client.setID(unit);
      send(client, request).then(
        ({ data }) => resolve(take(data, request.quantity)),
        (error: unknown) => resolve({ quality: qualityOf(error) }),
      );
    });
  }

  async #dial(): Promise<ModbusClient | null> {
    const { clock, random, log } = this.#parts;
    if (clock.monotonicMs() < this.#dialNotBeforeMs) return null;
    const { host, port, timeoutMs, id } = this.#config;
    const socket = await connect(host, port, timeoutMs);
    if (socket instanceof Error) {
      const waitMs = retryDelayMs(this.#failedDials++, REDIAL, random);
      this.#dialNotBeforeMs = clock.monotonicMs() + waitMs;
      if (this.#failedDials === 1) log.warn({ link: id, host, port, why: socket.message }, "link down");
      return null;
    }
    const client = new ModbusRTU();
    await client.linkTCP(socket, { port });
    client.setTimeout(timeoutMs);
    socket.on("close", () => {
      if (this.#socket === socket) this.#forget();
    });
    if (socket.destroyed) return null;
    log.info({ link: id, host, port }, "link up");
    this.#failedDials = 0;
    this.#socket = socket;
    this.#client = client;
    return client;
  }

  #forget(): void {
    this.#client = null;
    this.#socket = null;
    this.#silent = 0;
    this.#giveUp?.();
  }
}

function connect(host: string, port: number, timeoutMs: number): Promise<Socket | Error> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const fail = (error: Error) => {
      socket.destroy();
      resolve(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no connection within ${timeoutMs} ms`)));
    socket.once("error", fail);
    socket.connect({ host, port, noDelay: true, keepAlive: true }, () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

function send(client: ModbusClient, { functionCode, address, quantity }: ReadRequest) {
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
function take(data: readonly (number | boolean)[], quantity: number): Outcome {
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
