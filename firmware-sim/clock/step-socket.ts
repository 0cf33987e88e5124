import { createServer, type Socket } from "node:net";
import type { RefusalCounter } from "@sealwatch/platform";
import { parseStepRequest, STEP_LINE_MAX_CHARS, type StepRequest, type StepTime } from "@sealwatch/protocols";
import { z } from "zod";
import { listen } from "../transports/listen.ts";
import type { Sleeper, SteppedTime } from "./stepped-time.ts";

const CLIENTS_MAX = 16;
/** Answers waiting for a client that does not read them; past it the client is cut off. */
const UNREAD_MAX_BYTES = 65_536;
/** Nobody sleeps longer: the plant has to be lived through up to then. */
const SLEEP_MAX_MS = 400 * 86_400_000;
/** Never on another interface: whoever reaches it holds the clock. */
const HOST = "127.0.0.1";

/** What the step socket's clients act upon. */
export interface StepSocketOptions {
  readonly port: number;
  readonly time: SteppedTime;
  /** Simulated UTC at monotonic time zero. */
  readonly startMs: number;
  readonly trigger: () => void;
  /** Does what a line of `{"op":"act",…}` asks for; gives the reason when it can't be done. */
  readonly act: (action: unknown) => string | null;
  readonly refusals: RefusalCounter;
}

/** The listening step socket. */
export interface StepSocket {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the step socket on loopback (protocols/step-socket). Throws PORT_IN_USE or LISTEN_FAILED. */
export async function serveStepSocket(options: StepSocketOptions): Promise<StepSocket> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveClient(socket, options);
  });
  server.maxConnections = CLIENTS_MAX;
  server.on("drop", () => options.refusals.refuse("too many step clients", HOST));
  const port = await listen(server, HOST, options.port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serveClient(socket: Socket, options: StepSocketOptions): void {
  const { time, startMs, refusals } = options;
  const sleeper: Sleeper = {
    wake: () => {
      const nowMs = time.nowMs();
      const answer: StepTime = { op: "time", wallMs: nowMs, monotonicMs: nowMs - startMs, pace: time.pace };
      socket.write(`${JSON.stringify(answer)}\n`);
    },
  };
  let buffered = "";
  const refuse = (reason: string) => {
    refusals.refuse(reason, HOST);
    socket.destroy();
  };
  socket.setEncoding("utf8");
  socket.on("error", (error: NodeJS.ErrnoException) =>
    refuse(`step client lost: ${error.code ?? "unknown"}`),
  );
  socket.on("close", () => time.leave(sleeper));
  socket.on("data", (chunk: string) => {
    const lines = (buffered + chunk).split("\n");
    buffered = lines.pop() ?? "";
    if (buffered.length > STEP_LINE_MAX_CHARS) return refuse("step line too long");
    for (const line of lines) {
      const problem = obeyLine(line, sleeper, options);
      if (problem) return refuse(problem);
    }
    if (socket.writableLength > UNREAD_MAX_BYTES) refuse("step answers left unread");
  });
}

/** A line is a step message (protocols/step-socket), or an action on the site: `{"op":"act","do":"late","what":"meter","value":900}`. */
function obeyLine(line: string, sleeper: Sleeper, options: StepSocketOptions): string | null {
  const request = parseStepRequest(line);
  if (request) return obey(request, sleeper, options);
  const action = actionIn(line);
  if (!action) return "not a step message";
  const problem = options.act(action);
  if (problem === null) sleeper.wake();
  return problem;
}

function actionIn(line: string): unknown {
  try {
    const { op, ...action } = z.looseObject({ op: z.literal("act") }).parse(JSON.parse(line));
    return action;
  } catch {
    return null;
  }
}

/** Does what a client asks; gives the reason when it may not. */
function obey(request: StepRequest, sleeper: Sleeper, options: StepSocketOptions): string | null {
  const { time, startMs } = options;
  switch (request.op) {
    case "join":
      time.join(sleeper);
      sleeper.wake();
      return null;
    case "sleep": {
      const dueMs = startMs + request.untilMs;
      if (!time.has(sleeper)) return "sleep before join";
      if (dueMs - time.nowMs() > SLEEP_MAX_MS) return "sleep of more than 400 days";
      time.sleep(sleeper, dueMs);
      return null;
    }
    case "trigger":
      options.trigger();
      sleeper.wake();
      return null;
    case "now":
      sleeper.wake();
      return null;
  }
}
