import type { Logger } from "@sealwatch/platform";
import { type FastifyInstance, fastify } from "fastify";
import { listenError } from "../config/listen.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { registerConsole } from "./console-files.ts";
import { API_PREFIX } from "./contract.ts";
import type { EventStream } from "./event-stream.ts";
import { registerProblems } from "./problem.ts";
import { registerContradictions } from "./routes/contradictions.ts";
import { registerSites } from "./routes/sites.ts";

/** The largest request body, in bytes. */
const BODY_MAX_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** Starts the API and the console. Throws PORT_IN_USE. */
export async function startServer(
  deps: ApiDependencies,
  address: { host: string; port: number },
  log: Logger,
): Promise<{ port: number; close(): Promise<void> }> {
  const app = fastify({
    loggerInstance: log.child({ part: "api" }, { level: log.level === "silent" ? "silent" : "warn" }),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  registerProblems(app);
  registerHealth(app, deps);
  registerEvents(app, deps.stream);
  registerSites(app, deps);
  registerContradictions(app, deps);
  await registerConsole(app);
  await app.listen(address).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, address, "http");
  });
  const bound = app.server.address();
  return {
    port: bound !== null && typeof bound === "object" ? bound.port : address.port,
    close: async () => {
      deps.stream.close();
      await app.close();
    },
  };
}

function registerHealth(app: FastifyInstance, { refusals }: ApiDependencies): void {
  app.get("/healthz", async () => ({ ok: true }));
  app.get("/readyz", async () => ({ ok: true }));
  app.get(`${API_PREFIX}/refusals`, async () => refusals.totals());
}

function registerEvents(app: FastifyInstance, stream: EventStream): void {
  app.get(`${API_PREFIX}/events`, (request, reply) => {
    stream.open(reply.raw, request.headers["last-event-id"]?.toString());
    reply.hijack();
  });
}
