import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { parseStepTime, type StepRequest, type StepTime } from "@sealwatch/protocols";

/** Asks the simulator's step socket one thing. */
export async function askStep(port: number, request: StepRequest): Promise<StepTime | null> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) return parseStepTime(line);
    return null;
  } finally {
    socket.destroy();
  }
}
