import { createServer, type IncomingHttpHeaders } from "node:http";
import { listenOnLoopback } from "./listen-on-loopback.ts";

/** A message as it came over HTTP. */
export interface ReceivedMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered: a status and a body; `cut` drops the connection unanswered. */
export type ReceiverAnswer = { readonly status: number; readonly body: object } | "cut";

/** A robot's or a program's end of the line: a real HTTP server that keeps all it got, answered or not. */
export class MessageReceiver {
  readonly received: ReceivedMessage[] = [];
  readonly url: string;
  readonly #close: () => Promise<void>;
  #onMessage: () => void = () => {};

  private constructor(port: number, close: () => Promise<void>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#close = close;
  }

  static async start(
    answer: (message: ReceivedMessage, count: number) => ReceiverAnswer | Promise<ReceiverAnswer>,
  ): Promise<MessageReceiver> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString("utf8");
      const message = { path: request.url ?? "", headers: request.headers, body };
      receiver.received.push(message);
      const answered = await answer(message, receiver.received.length);
      receiver.#onMessage();
      if (answered === "cut") {
        request.socket.destroy();
        return;
      }
      response.writeHead(answered.status, { "content-type": "application/json" });
      response.end(JSON.stringify(answered.body));
    });
    const close = () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    const receiver = new MessageReceiver(await listenOnLoopback(server), close);
    return receiver;
  }

  /** Resolves once what was received meets a condition. */
  async until(meets: (received: readonly ReceivedMessage[]) => boolean): Promise<void> {
    while (!meets(this.received)) {
      await new Promise<void>((resolve) => {
        this.#onMessage = resolve;
      });
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}
