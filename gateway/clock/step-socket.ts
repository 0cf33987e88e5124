import { connect, type Socket } from "node:net";
import { parseStepTime, STEP_LINE_MAX_CHARS, type StepRequest, type StepTime } from "@sealwatch/protocols";
import { gatewayError } from "../errors.ts";

interface Awaiting {
  /** The simulated time that answers; any answer will do when null. */
  readonly untilMs: number | null;
  readonly resolve: (time: StepTime) => void;
  readonly reject: (error: Error) => void;
}

/** The gateway's end of a simulator's step socket. */
export class StepSocket {
  readonly #socket: Socket;
  readonly #address: string;
  #awaiting: Awaiting | null = null;
  #partialLine = "";
  #lost: Error | null = null;
  /** Told of every time that the simulator tells, before whoever waits for it. */
  onTime: (time: StepTime) => void = () => {};

  private constructor(socket: Socket, address: string) {
    this.#socket = socket;
    this.#address = address;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#take(text));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#lose());
  }

  /** Connects and joins. Throws STEP_SOCKET_UNREACHABLE. */
  static async join(
    host: string,
    port: number,
    name: string,
  ): Promise<{ socket: StepSocket; time: StepTime }> {
    const address = `${host}:${port}`;
    const socket = connect({ host, port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", (cause: NodeJS.ErrnoException) =>
        reject(gatewayError("STEP_SOCKET_UNREACHABLE", { address, why: cause.code ?? cause.message }, cause)),
      );
    });
    const step = new StepSocket(socket, address);
    return { socket: step, time: await step.#ask({ op: "join", name }, null) };
  }

  /** Sleeps until simulated monotonic time `untilMs`, or until time runs in real time. Rejects with STEP_SOCKET_LOST. */
  sleep(untilMs: number): Promise<StepTime> {
    return this.#ask({ op: "sleep", untilMs }, untilMs);
  }

  /** Asks what time it is; the answer goes to `onTime`. */
  askNow(): void {
    if (!this.#lost) this.#send({ op: "now" });
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(request: StepRequest, untilMs: number | null): Promise<StepTime> {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost);
      this.#awaiting = { untilMs, resolve, reject };
      this.#send(request);
    });
  }

  #send(request: StepRequest): void {
    this.#socket.write(`${JSON.stringify(request)}\n`);
  }

  #take(text: string): void {
    const lines = (this.#partialLine + text).split("\n");
    this.#partialLine = lines.pop() ?? "";
    for (const line of lines) {
      const time = parseStepTime(line);
      if (time) this.#tell(time);
      else this.close();
    }
    if (this.#partialLine.length > STEP_LINE_MAX_CHARS) this.close();
  }

  #tell(time: StepTime): void {
    this.onTime(time);
    const { untilMs, resolve } = this.#awaiting ?? {};
    if (!resolve || (time.pace === "stepped" && time.monotonicMs < (untilMs ?? 0))) return;
    this.#awaiting = null;
    resolve(time);
  }

  #lose(): void {
    this.#lost = gatewayError("STEP_SOCKET_LOST", { address: this.#address });
    this.#awaiting?.reject(this.#lost);
    this.#awaiting = null;
  }
}
