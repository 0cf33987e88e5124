import { systemClock } from "@sealwatch/platform";
import { StepClock } from "./step-clock.ts";
import { StepSocket } from "./step-socket.ts";

/** The simulator that gives the time. */
export interface Stepped {
  readonly socket: StepSocket;
  readonly clock: StepClock;
}

/** Joins a simulator under the gateway's name. Throws STEP_SOCKET_UNREACHABLE. */
export async function joinSimulator(
  { host, port }: { readonly host: string; readonly port: number },
  name: string,
): Promise<Stepped> {
  const { socket, time } = await StepSocket.join(host, port, name);
  return { socket, clock: new StepClock(socket, time, systemClock) };
}
