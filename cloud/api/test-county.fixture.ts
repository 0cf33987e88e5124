import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdminClient, type Clock, silentLogger, systemClock } from "@sealwatch/platform";
import type { Role } from "../access/policy.ts";
import { ADMIN_OPERATIONS } from "../admin/admin-contract.ts";
import { type Cloud, startCloud } from "../cloud.ts";
import { type CloudConfig, cloudConfigSchema } from "../config/cloud-config.ts";
import { insertSite } from "../registry/site-book.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { API_PREFIX } from "./contract.ts";

const PASSWORD = "四个彻底-翻墙三查-2026";

/** An answer of the API. */
export interface Told {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks into, field by field.
  readonly body: any;
  readonly headers: Headers;
}

/** Somebody who signed in, as a browser would. */
export class Person {
  readonly id: string;
  readonly #base: string;
  readonly #cookie: string;
  readonly #csrf: string;

  constructor(base: string, { id, cookie, csrf }: { id: string; cookie: string; csrf: string }) {
    this.id = id;
    this.#base = base;
    this.#cookie = cookie;
    this.#csrf = csrf;
  }

  get(path: string): Promise<Told> {
    return this.send("GET", path);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Told> {
    return this.send("POST", path, body, headers);
  }

  /** An edit of what has `version` now. */
  patch(path: string, version: number, body: unknown): Promise<Told> {
    return this.send("PATCH", path, body, { "if-match": `"v${version}"` });
  }

  /** The bytes behind an address. */
  async bytes(path: string): Promise<Uint8Array> {
    const response = await fetch(`${this.#base}${path}`, { headers: { cookie: this.#cookie } });
    return new Uint8Array(await response.arrayBuffer());
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Told> {
    const raw = body instanceof Uint8Array;
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        "x-csrf-token": this.#csrf,
        ...(body === undefined || raw ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? Buffer.from(body) : JSON.stringify(body) }),
      redirect: "manual",
    });
    return told(response);
  }
}

/** A county's cloud over a folder of its own, with real sockets and a real database, where everybody signs in. */
export class TestCounty {
  readonly folder: string;
  readonly base: string;
  readonly #config: CloudConfig;
  readonly #clock: Clock;
  #cloud: Cloud;
  #strangers = 1;

  private constructor(folder: string, cloud: Cloud, config: CloudConfig, clock: Clock) {
    this.folder = folder;
    this.#cloud = cloud;
    this.#config = config;
    this.#clock = clock;
    this.base = `http://127.0.0.1:${cloud.ports.httpPort}${API_PREFIX}`;
  }

  /** Tree: market-city (prefecture) above the counties yunxi, with the townships qingshi and baihe, and linxi. */
  static async start(
    config: Partial<Record<keyof CloudConfig, unknown>> = {},
    clock = systemClock,
  ): Promise<TestCounty> {
    const folder = mkdtempSync(join(tmpdir(), "sw-test-county-"));
    const parsed = cloudConfigSchema.parse({
      dataDir: join(folder, "data"),
      mode: "test",
      // As behind a proxy, so that everybody has an address of their own.
      http: { port: 0, trustProxy: true },
      mqtt: { port: 0 },
      topRegion: { id: "dongping", kind: "prefecture", name: { zh: "东平市", en: "Dongping" } },
      ...config,
    });
    const county = new TestCounty(folder, await startCloud(parsed, clock, silentLogger()), parsed, clock);
    const root = await county.enter("root", "administrator", null);
    for (const [id, parent, kind, zh] of REGIONS) {
      const { status } = await root.post("/regions", { id, parent, kind, name: { zh, en: id } });
      if (status !== 201) throw new Error(`region ${id} was not entered`);
    }
    return county;
  }

  /** Enters somebody by the operator's socket, and signs them in with a password of their own. */
  async enter(name: string, role: Role, region: string | null): Promise<Person> {
    const client = await AdminClient.connect(join(this.folder, "data"), ADMIN_OPERATIONS);
    try {
      const { password } = await client.ask("user-create", { name, displayName: name, role, region });
      return await this.signInFirst(name, password);
    } finally {
      client.close();
    }
  }

  /** Signs in with the password that was given, and changes it. */
  async signInFirst(name: string, given: string): Promise<Person> {
    const first = await this.signIn(name, given);
    const changed = await first.post("/session/password", { current: given, next: PASSWORD });
    if (changed.status !== 204) throw new Error(`password not changed: ${JSON.stringify(changed.body)}`);
    return first;
  }

  async signIn(name: string, password = PASSWORD): Promise<Person> {
    const answer = await this.open("POST", "/session", { name, password });
    if (answer.status !== 200) throw new Error(`not signed in: ${JSON.stringify(answer.body)}`);
    const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
    return new Person(this.base, { id: answer.body.id, cookie, csrf: answer.body.csrf });
  }

  /** A request of somebody who is not signed in. */
  async open(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Told> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        "x-forwarded-for": `192.0.2.${this.#strangers++ % 250}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return told(response);
  }

  /** Writes into the database while nobody else has it, and starts again at the same port: sessions go on. */
  async whileStopped(work: (db: Database) => Promise<void>): Promise<void> {
    const { httpPort } = this.#cloud.ports;
    await this.#cloud.close();
    const store = await openDatabase(join(this.folder, "data", "cloud.sqlite"));
    await work(store.db).finally(() => store.close());
    const config = { ...this.#config, http: { ...this.#config.http, port: httpPort } };
    this.#cloud = await startCloud(config, this.#clock, silentLogger());
    // Sockets that fetch kept to the former process are found dead by being used.
    for (let kept = 0; kept < KEPT_SOCKETS; kept++) await fetch(`${this.base}/openapi.json`).catch(() => {});
  }

  get cloud(): Cloud {
    return this.#cloud;
  }

  /** Enters a site below a region of the tree. */
  async enterSite(db: Database, id: string, regionPath: string, zh: string): Promise<void> {
    const settings = { utcOffsetMin: 480, formerLoadW: 60_000, learningDaysMin: 7, declaredCut: [] };
    const region = regionPath.split("/").at(-2) ?? "";
    const site = { id, name: { zh, en: id }, address: `${zh}旁`, region, regionPath, ...settings };
    await insertSite(db, site, this.#clock.wallMs());
  }

  async close(): Promise<void> {
    await this.#cloud.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const KEPT_SOCKETS = 4;

const REGIONS = [
  ["yunxi", "dongping", "county", "云溪县"],
  ["qingshi", "yunxi", "township", "青石镇"],
  ["baihe", "yunxi", "township", "白河乡"],
  ["linxi", "dongping", "county", "林西县"],
  ["heshan", "linxi", "township", "禾山镇"],
] as const;

async function told(response: Response): Promise<Told> {
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
}
