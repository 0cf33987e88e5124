import type { Logger } from "./log.ts";

/** How long an orderly stop may take before the process ends anyway; a gateway waits most of it for the cloud. systemd allows 90 s. */
const STOP_MAX_MS = 30_000;

/** Collects what must be closed, and closes it last-opened-first when the process is told to stop. */
export interface Shutdown {
  /** Aborts as soon as a stop begins. */
  readonly signal: AbortSignal;
  /** Registers one thing to close. */
  onStop(name: string, close: () => void | Promise<void>): void;
  /** Closes everything, once; resolves when done. */
  stop(): Promise<void>;
}

/** Listens to SIGINT, SIGTERM and the parent's `disconnect`, then stops and exits with `0`. */
export function installShutdown(log: Logger): Shutdown {
  const controller = new AbortController();
  const closers: { name: string; close: () => void | Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    controller.abort();
    const deadline = setTimeout(() => {
      log.error({ stopMaxMs: STOP_MAX_MS }, "stop took too long; leaving");
      process.exit(1);
    }, STOP_MAX_MS);
    for (const { name, close } of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error, part: name }, "did not close cleanly");
      }
    }
    clearTimeout(deadline);
  };
  const stop = (): Promise<void> => {
    stopping ??= closeAll();
    return stopping;
  };
  const stopAndExit = (): void => {
    void stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stopAndExit);
  process.once("SIGTERM", stopAndExit);
  process.once("disconnect", stopAndExit);
  return { signal: controller.signal, onStop: (name, close) => closers.push({ name, close }), stop };
}
