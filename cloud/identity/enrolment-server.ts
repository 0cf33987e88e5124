import type { Socket } from "node:net";
import type { Clock, Logger, RefusalCounter } from "@sealwatch/platform";
import { SealwatchError } from "@sealwatch/platform";
import { claimRequestSchema, ENROLMENT_MAX_BYTES, renewRequestSchema } from "@sealwatch/protocols";
import { type FastifyInstance, type FastifyRequest, fastify } from "fastify";
import { parseRequest, registerProblems } from "../api/problem.ts";
import { listenError } from "../config/listen.ts";
import { cloudError } from "../errors.ts";
import { addressOf, ConnectionGate } from "../gate/connection-gate.ts";
import { TokenBuckets } from "../gate/token-buckets.ts";
import type { EnrolmentService } from "./enrolment-service.ts";
import type { ServerCertificate } from "./server-certificate.ts";

/** An installer who mistypes, and a lorry of gateways behind one address; a guesser gets 14,400 tries a day. */
const PER_ADDRESS = { burst: 20, perSecond: 1 / 6, keysMax: 10_000 };
/** All addresses together: a code of 50 bits among 1,000 open ones is met once in 7,000 years of guessing at this rate. */
const OVERALL = { burst: 100, perSecond: 5, keysMax: 1 };
const CONNECTIONS = { perAddressMax: 32, totalMax: 512 };
const HANDSHAKE_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;

/** What a started enrolment server is made of. */
export interface EnrolmentServerParts {
  readonly service: EnrolmentService;
  readonly caPem: string;
  readonly certificate: ServerCertificate;
  readonly refusals: RefusalCounter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Serves claims and renewals over TLS 1.3. Throws PORT_IN_USE. */
export async function startEnrolmentServer(
  parts: EnrolmentServerParts,
  address: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const { certificate, caPem, refusals, log } = parts;
  const app = fastify({
    loggerInstance: log.child({ part: "enrol" }, { level: log.level === "silent" ? "silent" : "warn" }),
    bodyLimit: ENROLMENT_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    https: {
      key: certificate.key,
      // The CA comes along, so that a gateway can compare it with its pin in the handshake already.
      cert: certificate.certificate + caPem,
      minVersion: "TLSv1.3",
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
  }) as unknown as FastifyInstance;
  const gate = new ConnectionGate(CONNECTIONS, (source) => refusals.refuse("crowded-address", source));
  app.server.prependListener("connection", (socket: Socket) => gate.enter(socket));
  registerProblems(app);
  registerRoutes(app, parts);
  await app.listen(address).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, address, "enrolment");
  });
  const bound = app.server.address();
  return {
    port: bound !== null && typeof bound === "object" ? bound.port : address.port,
    close: () => app.close(),
  };
}

function registerRoutes(app: FastifyInstance, { service, caPem, refusals, clock }: EnrolmentServerParts) {
  const perAddress = new TokenBuckets(PER_ADDRESS, clock);
  const overall = new TokenBuckets(OVERALL, clock);
  app.addHook("onRequest", async (request) => {
    const source = sourceOf(request);
    // The address first: one that guesses must not use up what is there for all.
    const waitMs = perAddress.take(source) || overall.take("all");
    if (waitMs === 0) return;
    refusals.refuse("enrolment-rate", source);
    throw cloudError("TOO_MANY_REQUESTS", { seconds: Math.ceil(waitMs / 1000) });
  });
  app.addHook("onError", async (request, _reply, error: Error) => {
    if (!(error instanceof SealwatchError) || error.code === "TOO_MANY_REQUESTS") return;
    refusals.refuse(error.code, sourceOf(request), { why: error.message });
  });
  app.get("/enrol/v1/ca", (_request, reply) => reply.type("application/x-pem-file").send(caPem));
  app.post("/enrol/v1/claim", ({ body }) => service.claim(parseRequest(claimRequestSchema, body)));
  app.post("/enrol/v1/renew", ({ body }) => service.renew(parseRequest(renewRequestSchema, body)));
}

function sourceOf(request: FastifyRequest): string {
  return addressOf(request.socket);
}
