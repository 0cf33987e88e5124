import { createConnection, type Socket } from "node:net";
import type { z } from "zod";
import { SealwatchError } from "../errors.ts";
import { platformError } from "../platform-errors.ts";
import { LineCutter, parseJson } from "./json-lines.ts";
import {
  type AdminOperations,
  type AsksOf,
  type ItemOf,
  type ResultOf,
  responseSchema,
} from "./operations.ts";
import { adminSocketPath } from "./socket-path.ts";

/** A connection to the process that runs over a data folder; one question at a time. */
export class AdminClient<Operations extends AdminOperations> {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #operations: Operations;

  private constructor(socket: Socket, path: string, operations: Operations) {
    this.#socket = socket;
    this.#path = path;
    this.#operations = operations;
  }

  /** Throws ADMIN_UNANSWERED where nothing runs, ADMIN_SOCKET_UNUSABLE for a path that cannot be. */
  static async connect<Operations extends AdminOperations>(
    dataDir: string,
    operations: Operations,
  ): Promise<AdminClient<Operations>> {
    const path = adminSocketPath(dataDir);
    const socket = createConnection(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", (cause: NodeJS.ErrnoException) => reject(unanswered(path, cause.code, cause)));
    });
    return new AdminClient(socket, path, operations);
  }

  /** Asks, and resolves with the result; throws the error that is answered, or ADMIN_UNANSWERED. */
  async ask<Op extends keyof Operations & string>(
    op: Op,
    ask: AsksOf<Operations[Op]>,
    {
      signal,
      onItem = () => {},
    }: { signal?: AbortSignal; onItem?: (item: ItemOf<Operations[Op]>) => void } = {},
  ): Promise<ResultOf<Operations[Op]>> {
    const { item, result } = this.#operations[op] as Operations[Op];
    const answer = await this.#converse({ id: 1, op, with: ask }, signal, (streamed) =>
      onItem(parseAs(item, streamed) as ItemOf<Operations[Op]>),
    );
    return parseAs(result, answer) as ResultOf<Operations[Op]>;
  }

  close(): void {
    this.#socket.destroy();
  }

  #converse(
    request: object,
    signal: AbortSignal | undefined,
    onItem: (item: unknown) => void,
  ): Promise<unknown> {
    const socket = this.#socket;
    const cutter = new LineCutter();
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(unanswered(this.#path, why));
      const take = (line: string) => {
        const response = responseSchema.parse(parseJson(line));
        if ("error" in response) reject(refusal(response.error));
        else if ("item" in response) onItem(response.item);
        else resolve(response.result);
      };
      socket.on("error", (cause: NodeJS.ErrnoException) => fail(cause.code ?? cause.message));
      socket.on("close", () => fail("it hung up"));
      signal?.addEventListener("abort", () => fail("stopped"), { once: true });
      socket.on("data", (chunk) => {
        try {
          const lines = cutter.push(chunk);
          if (lines) for (const line of lines) take(line);
          else fail("a line is too long");
        } catch (error) {
          reject(error);
        }
      });
      socket.write(`${JSON.stringify(request)}\n`);
    });
  }
}

function parseAs(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  throw platformError("ADMIN_REQUEST_INVALID", { why: `the answer's ${where}: ${issue?.message ?? ""}` });
}

/** The process's own sentence begins with its code already. */
function refusal({ code, message }: { readonly code: string; readonly message: string }): SealwatchError {
  const sentence = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
  return new SealwatchError(code, { message: sentence, retryable: false });
}

function unanswered(socket: string, why = "unknown", cause?: unknown): SealwatchError {
  return platformError("ADMIN_UNANSWERED", { socket, why }, cause);
}
