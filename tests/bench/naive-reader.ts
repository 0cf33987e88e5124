import { EventEmitter } from "node:events";
import { decodeRtuFrame } from "@sealwatch/protocols";
import modbusSerial from "modbus-serial";
import type { RegisterSpan } from "./least-wire-time.ts";
import { type LineSpeed, SimulatedLine } from "./simulated-line.ts";
import { VirtualClock } from "./virtual-clock.ts";

// The package is CommonJS that is its own `default`; its types only know the second.
const ModbusRTU = modbusSerial.default;
/** Real time, which hardly passes here. */
const TIMEOUT_MS = 60_000;

/** A port as modbus-serial wants one: it hands over whole frames. */
class LinePort extends EventEmitter {
  readonly #line: SimulatedLine;
  #heard: Uint8Array = new Uint8Array(0);
  isOpen = true;

  constructor(line: SimulatedLine) {
    super();
    this.#line = line;
  }

  open(opened: (error: Error | null) => void): void {
    void this.#line.open({ bytes: (chunk) => this.#hear(chunk), lost: () => {} });
    opened(null);
  }

  close(closed: (error: Error | null) => void): void {
    this.isOpen = false;
    closed(null);
  }

  write(question: Uint8Array): void {
    this.#heard = new Uint8Array(0);
    this.#line.write(question);
  }

  #hear(chunk: Uint8Array): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    if (decodeRtuFrame(this.#heard)) this.emit("data", this.#heard);
  }
}

/** How long modbus-serial takes to read every value of every unit by itself, one after the other, as its examples do. */
export async function naiveCycleMs(
  units: readonly number[],
  values: readonly RegisterSpan[],
  speed: LineSpeed,
): Promise<{ readonly ms: number; readonly questions: number }> {
  const clock = new VirtualClock();
  const client = new ModbusRTU(new LinePort(new SimulatedLine(clock, speed)));
  await new Promise<void>((resolve) => client.open(() => resolve()));
  client.setTimeout(TIMEOUT_MS);
  let questions = 0;
  let finished = false;
  const reading = (async () => {
    for (const unit of units) {
      client.setID(unit);
      for (const { address, registers } of values) {
        const { data } = await client.readInputRegisters(address, registers);
        if (data.length !== registers) throw new Error(`unit ${unit}, register ${address}: no value`);
        questions++;
      }
    }
  })();
  const settled = reading.finally(() => {
    finished = true;
  });
  await Promise.race([clock.run(Number.MAX_SAFE_INTEGER, () => finished), settled]);
  await settled;
  return { ms: clock.monotonicMs(), questions };
}
