import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_PREFIX } from "@sealwatch/cloud";
import { stringify } from "yaml";
import { askCounty } from "./enrolment-client.ts";
import { MessageReceiver } from "./message-receiver.ts";
import { type ProductProcess, runProduct, startProduct } from "./product-process.ts";
import { serverSentEvents } from "./server-sent-events.ts";

const PASSWORD = "青石镇-白河乡-2026";
const HOST = "127.0.0.1";

/** What the API answered. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks into, field by field.
  readonly body: any;
}

/** Somebody who signed in, as a browser would. */
export interface SignedIn {
  readonly id: string;
  /** Bytes are a photo, a text is a CSV file; `version`: what an edit starts from. */
  send(method: string, path: string, body?: object | Uint8Array | string, version?: number): Promise<Answer>;
  /** Asks until there is something: at first, and at each event of a name that the live stream brings. */
  askAtEvents<Found>(name: string, ask: () => Promise<Found | null>): Promise<Found>;
}

/** A county as it is run: a cloud process with sign-in, mutual TLS and enrolment, a WeCom robot and a text gateway that really listen. */
export class StoryCounty {
  readonly folder = mkdtempSync(join(tmpdir(), "sw-story-"));
  readonly #file = join(this.folder, "cloud.yaml");
  readonly robot: MessageReceiver;
  readonly sms: MessageReceiver;
  ports = { httpPort: 0, mqttsPort: 0, enrolPort: 0 };
  ca = "";
  #process: ProductProcess | null = null;

  private constructor(robot: MessageReceiver, sms: MessageReceiver) {
    this.robot = robot;
    this.sms = sms;
  }

  static async start(): Promise<StoryCounty> {
    const robot = await MessageReceiver.start(() => ({ status: 200, body: { errcode: 0, errmsg: "ok" } }));
    const sms = await MessageReceiver.start(() => ({ status: 200, body: { code: 0 } }));
    const county = new StoryCounty(robot, sms);
    await county.#launch();
    return county;
  }

  async #launch(): Promise<void> {
    writeFileSync(join(this.folder, "robot"), "693a91f6-0000");
    const listener = { host: HOST, port: 0 };
    const key = { keyFile: join(this.folder, "robot") };
    const body = '{"to":"{phone}","text":"{text}","id":"{key}"}';
    const success = { field: "code", oneOf: [0] };
    const config = {
      dataDir: join(this.folder, "data"),
      mode: "test",
      http: {
        ...{ ...listener, publicUrl: "https://sealwatch.example" },
        requests: { burst: 10_000, perSecond: 1_000 },
      },
      ...{ mqtts: listener, enrol: listener, tls: { names: [HOST] } },
      topRegion: { id: "dongping", kind: "prefecture", name: { zh: "东平市", en: "Dongping" } },
      notify: {
        channels: [
          { id: "robot", kind: "wecom", url: `${this.robot.url}/send`, ...key },
          { id: "sms", kind: "sms", url: `${this.sms.url}/sms`, success, body },
        ],
      },
    };
    writeFileSync(this.#file, stringify(config));
    this.#process = startProduct("cloud", ["run", "--config", this.#file]);
    this.ports = { ...this.ports, ...(await this.#process.listening) };
    this.ca = (await askCounty(this, { path: "/enrol/v1/ca" })).text;
  }

  /** Runs one of the operator's commands. Rejects with its complaint. */
  run(...words: string[]): Promise<string> {
    return runProduct("cloud", [...words, "--config", this.#file]);
  }

  /** A page that needs no account. */
  page(method: "GET" | "POST", path: string): Promise<Response> {
    const form = { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "" };
    return fetch(`http://${HOST}:${this.ports.httpPort}${path}`, {
      method,
      ...(method === "POST" ? form : {}),
    });
  }

  /** Signs in for the first time, with a new password. */
  async signIn(name: string, given: string): Promise<SignedIn> {
    const nobody = this.#session("", "");
    const { answer, cookie } = await nobody("POST", "/session", { name, password: given });
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
    const ask = this.#session(cookie, answer.body.csrf);
    await ask("POST", "/session/password", { current: given, next: PASSWORD });
    return {
      id: answer.body.id,
      send: async (...request) => (await ask(...request)).answer,
      askAtEvents: (event, find) => this.#askAtEvents(cookie, event, find),
    };
  }

  async #askAtEvents<Found>(cookie: string, name: string, ask: () => Promise<Found | null>): Promise<Found> {
    const leaving = new AbortController();
    const url = `http://${HOST}:${this.ports.httpPort}${API_PREFIX}/events`;
    // Open before the first question: whatever changes after the answer is an event.
    const stream = await fetch(url, { headers: { cookie }, signal: leaving.signal });
    try {
      const first = await ask();
      if (first !== null) return first;
      for await (const _event of serverSentEvents(stream, name)) {
        const found = await ask();
        if (found !== null) return found;
      }
      throw new Error(`the stream ended before the ${name} that was waited for`);
    } finally {
      leaving.abort();
    }
  }

  #session(cookie: string, csrf: string) {
    return async (method: string, path: string, body?: object | Uint8Array | string, version?: number) => {
      const response = await fetch(`http://${HOST}:${this.ports.httpPort}${API_PREFIX}${path}`, {
        method,
        headers: {
          ...{ cookie, "x-csrf-token": csrf },
          ...(body === undefined ? {} : { "content-type": mediaTypeOf(body) }),
          ...(version === undefined ? {} : { "if-match": `"v${version}"` }),
        },
        ...(body === undefined ? {} : { body: bytesOf(body) }),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get("content-type") ?? "");
      const [given = ""] = (response.headers.get("set-cookie") ?? "").split(";");
      return { answer: { status: response.status, body: isJson ? JSON.parse(text) : text }, cookie: given };
    };
  }

  async close(): Promise<void> {
    await this.#process?.stop();
    await this.robot.close();
    await this.sms.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function mediaTypeOf(body: object | string): string {
  if (typeof body === "string") return "text/csv";
  return body instanceof Uint8Array ? "image/jpeg" : "application/json";
}

function bytesOf(body: object | string): Buffer | string {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
}
