import { chmodSync, rmSync, statSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { messageOf, SealwatchError } from "../errors.ts";
import { platformError } from "../platform-errors.ts";
import { LineCutter, parseJson } from "./json-lines.ts";
import { type AdminHandlers, type AdminOperations, requestSchema } from "./operations.ts";

/** Tools, a person's and a script's. */
const CONNECTIONS_MAX = 16;
/** Of one connection. */
const REQUESTS_IN_FLIGHT_MAX = 8;
/** Bytes that wait for a reader who does not read; past it they are hung up on. */
const UNREAD_MAX_BYTES = 4 * 1024 * 1024;
const OWNER_ONLY = 0o600;
const OTHERS_WRITE = 0o022;

/** Listens for the owner of the data folder at a Unix socket. */
export class AdminServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Throws ADMIN_SOCKET_UNUSABLE: a folder that others may write in, somebody who listens there already. */
  static async listen<Operations extends AdminOperations>(
    path: string,
    operations: Operations,
    handlers: AdminHandlers<Operations>,
  ): Promise<AdminServer> {
    checkFolder(path);
    const server = createServer();
    const admin = new AdminServer(server);
    server.maxConnections = CONNECTIONS_MAX;
    server.on("connection", (socket) => admin.#serve(socket, { operations, handlers }));
    await bind(server, path);
    chmodSync(path, OWNER_ONLY);
    return admin;
  }

  /** Hangs up on everybody; the socket's file goes with it. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket, offer: Offer): void {
    const cutter = new LineCutter();
    const hungUp = new AbortController();
    let inFlight = 0;
    this.#sockets.add(socket);
    const send = (response: object) => {
      if (socket.writableLength > UNREAD_MAX_BYTES) socket.destroy();
      if (!socket.destroyed) socket.write(`${JSON.stringify(response)}\n`);
    };
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      hungUp.abort();
    });
    socket.on("data", (chunk) => {
      const lines = cutter.push(chunk);
      if (!lines) socket.destroy();
      for (const line of lines ?? []) {
        if (inFlight >= REQUESTS_IN_FLIGHT_MAX) {
          send({ id: idOf(line), error: errorOf(invalid(`more than ${REQUESTS_IN_FLIGHT_MAX} at once`)) });
          continue;
        }
        inFlight++;
        void answer(line, offer, send, hungUp.signal).finally(() => inFlight--);
      }
    });
  }
}

/** Operations and what answers them, whose parameters were tied together one by one where they were handed in. */
interface Offer {
  readonly operations: AdminOperations;
  readonly handlers: AdminHandlers<AdminOperations>;
}

/** Answers one line; never rejects. */
async function answer(
  line: string,
  { operations, handlers }: Offer,
  send: (response: object) => void,
  hungUp: AbortSignal,
): Promise<void> {
  try {
    const request = requestSchema.safeParse(parseJson(line));
    if (!request.success) throw invalid(request.error.issues[0]?.message ?? "not JSON");
    const { id, op } = request.data;
    const operation = Object.hasOwn(operations, op) ? operations[op] : undefined;
    if (!operation) throw invalid(`op: choose of ${Object.keys(operations).join(", ")}`);
    const ask = operation.asks.safeParse(request.data.with ?? {});
    if (!ask.success) throw invalid(ask.error.issues.map(issueText).join("; "));
    const result = await handlers[op]?.(ask.data, (item) => send({ id, item }), hungUp);
    send({ id, result });
  } catch (error) {
    send({ id: idOf(line), error: errorOf(error) });
  }
}

function issueText(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${issue.path.map(String).join(".") || "with"}: ${issue.message}`;
}

function idOf(line: string): number | null {
  const request = requestSchema.safeParse(parseJson(line));
  return request.success ? request.data.id : null;
}

function errorOf(error: unknown) {
  return { code: error instanceof SealwatchError ? error.code : "UNEXPECTED", message: messageOf(error) };
}

function invalid(why: string): SealwatchError {
  return platformError("ADMIN_REQUEST_INVALID", { why });
}

/** Whoever may write in the folder could put a socket of their own there. */
function checkFolder(socket: string): void {
  const folder = dirname(socket);
  const { mode, uid } = statSync(folder);
  const us = userInfo().uid;
  if (uid !== us && us !== 0)
    throw unusable(socket, `${folder} belongs to another user: chown it to user ${us}`);
  if (mode & OTHERS_WRITE) throw unusable(socket, `others may write in ${folder}: chmod go-w ${folder}`);
}

/** A file that a killed process left is removed, once it is known that nobody answers at it. */
async function bind(server: Server, path: string): Promise<void> {
  const failure = await tryToListen(server, path);
  if (failure === null) return;
  if (failure === "EADDRINUSE" && !(await somebodyAnswers(path))) {
    rmSync(path, { force: true });
    const second = await tryToListen(server, path);
    if (second !== null) throw unusable(path, second);
    return;
  }
  throw unusable(path, failure === "EADDRINUSE" ? "another process listens there" : failure);
}

function tryToListen(server: Server, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    server.once("error", failed);
    server.listen(path, () => {
      server.off("error", failed);
      resolve(null);
    });
  });
}

function somebodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(true));
    // Not allowed to ask is not the same as nobody there.
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
    socket.once("close", () => socket.destroy());
    socket.once("connect", () => socket.destroy());
  });
}

function unusable(socket: string, why: string): SealwatchError {
  return platformError("ADMIN_SOCKET_UNUSABLE", { socket, why });
}
