import { createConnection, type Socket } from "node:net";
import { SealwatchError } from "@sealwatch/platform";
import type { z } from "zod";
import { gatewayError } from "../errors.ts";
import {
  ADMIN_OPERATIONS,
  type AdminAsk,
  type AdminItem,
  type AdminOperation,
  type AdminResult,
  responseSchema,
} from "./admin-contract.ts";
import { LineCutter, parseJson } from "./json-lines.ts";
import { adminSocketPath } from "./socket-path.ts";

/** A connection to the gateway that runs over a data folder; one question at a time. */
export class AdminClient {
  readonly #socket: Socket;
  readonly #path: string;

  private constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
  }

  /** Throws ADMIN_UNANSWERED where no gateway runs, ADMIN_SOCKET_UNUSABLE for a path that cannot be. */
  static async connect(dataDir: string): Promise<AdminClient> {
    const path = adminSocketPath(dataDir);
    const socket = createConnection(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", (cause: NodeJS.ErrnoException) => reject(unanswered(path, cause.code, cause)));
    });
    return new AdminClient(socket, path);
  }

  /** Asks, and resolves with the result; throws the error that the gateway answers, or ADMIN_UNANSWERED. */
  async ask<Op extends AdminOperation>(
    op: Op,
    ask: AdminAsk<Op>,
    { signal, onItem = () => {} }: { signal?: AbortSignal; onItem?: (item: AdminItem<Op>) => void } = {},
  ): Promise<AdminResult<Op>> {
    const { item, result } = ADMIN_OPERATIONS[op];
    const answer = await this.#converse({ id: 1, op, with: ask }, signal, (streamed) =>
      onItem(parseAs(item, streamed) as AdminItem<Op>),
    );
    return parseAs(result, answer) as AdminResult<Op>;
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
  throw gatewayError("ADMIN_REQUEST_INVALID", { why: `the answer's ${where}: ${issue?.message ?? ""}` });
}

/** The gateway's own sentence begins with its code already. */
function refusal({ code, message }: { readonly code: string; readonly message: string }): SealwatchError {
  const sentence = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
  return new SealwatchError(code, { message: sentence, retryable: false });
}

function unanswered(socket: string, why = "unknown", cause?: unknown): SealwatchError {
  return gatewayError("ADMIN_UNANSWERED", { socket, why }, cause);
}
