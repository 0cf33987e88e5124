import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Logger, messageOf, type RefusalCounter } from "@sealwatch/platform";
import { type CloudOrder, COMMANDS, type Command, decodeOrder, type Verifier } from "@sealwatch/protocols";
import { writeDurably } from "../durable-file.ts";

/** Orders that wait while one is carried out; a configuration on trial takes a minute. */
const WAITING_MAX = 16;
const NUMBER_FILE = "last-order";

/** What orders work with. */
export interface OrderParts {
  readonly gateway: string;
  readonly dataDir: string;
  readonly log: Logger;
  readonly refusals: RefusalCounter;
  /** Carries them out; what it throws is logged. */
  readonly obey: {
    config(text: string, number: number): Promise<void>;
    command(command: Command): void;
  };
}

/** Takes the cloud's orders: signed, for this gateway, each number once and only ever rising; one after the other. */
export class CloudOrders {
  readonly #parts: OrderParts;
  readonly #file: string;
  /** Null: unknown, and then nothing is obeyed. */
  #lastNumber: number | null;
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: OrderParts) {
    this.#parts = parts;
    this.#file = join(parts.dataDir, NUMBER_FILE);
    this.#lastNumber = lastNumber(this.#file, parts.log);
  }

  /** Takes an order from the topic named as `leaf`; null: no cloud's key is known. What is refused is counted. */
  take(payload: Uint8Array, leaf: CloudOrder["kind"], cloud: Verifier | null): void {
    const { refusals, log } = this.#parts;
    try {
      if (!cloud) throw new Error("no enrolment, and so no key to check it with");
      const order = decodeOrder(payload, cloud);
      const why = this.#whyNot(order, leaf);
      if (why) throw new Error(why);
      // Before it is carried out: a power cut must not make it happen twice.
      writeDurably(this.#file, `${order.number}\n`);
      this.#lastNumber = order.number;
      this.#waiting++;
      log.info({ number: order.number, kind: order.kind }, "order from the cloud");
      this.#turn = this.#turn.then(() => this.#carryOut(order));
    } catch (error) {
      refusals.refuse("order", leaf, { why: messageOf(error) });
    }
  }

  #whyNot({ gateway, kind, number }: CloudOrder, leaf: CloudOrder["kind"]): string | null {
    if (gateway !== this.#parts.gateway) return `it is for ${gateway}`;
    if (kind !== leaf) return `a ${kind} on this topic`;
    if (this.#lastNumber === null) return `${this.#file} cannot be read: it might be a replay`;
    if (number <= this.#lastNumber) return `number ${number} after ${this.#lastNumber}: a replay`;
    return this.#waiting >= WAITING_MAX ? "too many at once" : null;
  }

  async #carryOut({ kind, number, text }: CloudOrder): Promise<void> {
    const { obey, log } = this.#parts;
    try {
      const command = COMMANDS.find((known) => known === text);
      if (kind === "config") await obey.config(text, number);
      else if (command) obey.command(command);
      else log.warn({ number, text }, "a command that this version does not know");
    } catch (error) {
      log.error({ number, why: messageOf(error) }, "the order was not carried out");
    } finally {
      this.#waiting--;
    }
  }
}

/** 0 before the first. Throws when there is a number that cannot be read: taken for 0, old orders would be obeyed again. */
function readNumber(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
  const number = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(number)) throw new Error("holds no number");
  return number;
}

/** Null when nobody can know it. */
function lastNumber(file: string, log: Logger): number | null {
  try {
    return readNumber(file);
  } catch (error) {
    log.error({ file, why: messageOf(error) }, "no order is obeyed while the last one's number is unknown");
    return null;
  }
}
