import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openSqlite } from "@sealwatch/platform";
import { type JournalRecord, segmentRecords } from "@sealwatch/protocols";
import { stringify } from "yaml";
import { type ProductProcess, runProduct, startProduct } from "./product-process.ts";
import { cloudYaml, GATEWAY } from "./site-files.ts";

const manifest = createRequire(import.meta.url).resolve("@sealwatch/gateway/package.json");
const gatewayEntry = join(dirname(manifest), "dist", "main.js");

/** A plant's process may stand still for seconds on a busy machine; its devices are not lost then. */
const ANSWER_MAX_MS = 10_000;

const shared = { link: "bus-1", supply: "auxiliary" };
const METER = { ...shared, id: "meter-1", unit: 1, profile: "eastron/sdm630", intervalMs: 500 };
const CONTACTS = {
  ...shared,
  id: "contacts-1",
  unit: 2,
  profile: "waveshare/modbus-rtu-io-8ch",
  intervalMs: 200,
  contacts: { di3: { role: "seal", label: "封条 S1", normal: 1 } },
};
/** A third device of the plant, not configured at first. */
export const GAS = { ...shared, id: "gas-1", unit: 3, profile: "generic/tvoc-board", intervalMs: 500 };

/** What a configuration of this site says otherwise than at first. */
export interface SiteChange {
  readonly devices?: readonly object[];
  readonly links?: readonly object[];
  readonly [field: string]: unknown;
}

/** A tool's run: exit code, standard output, standard error. */
export interface ToolRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Plant, gateway and cloud as processes in real time; the gateway's file can be changed while it runs. */
export class LiveSite {
  readonly folder = mkdtempSync(join(tmpdir(), "sw-live-"));
  readonly dataDir = join(this.folder, "gateway");
  readonly file = join(this.folder, "gateway.yaml");
  readonly devices = { meter: METER, contacts: CONTACTS };
  modbusPort = 0;
  gateway: ProductProcess | undefined;
  #plant: ProductProcess | undefined;
  #cloud: ProductProcess | undefined;
  #mqttPort = 1883;
  readonly #awaited: { readonly text: string; readonly resolve: () => void }[] = [];
  /** Resolves once the cloud has answered the gateway for the first time. */
  readonly connected = this.logged("uplink connected");

  async start(): Promise<void> {
    this.#plant = startProduct("firmware-sim", ["--scenario", "quiet", "--seed", "7", "--port", "0"]);
    this.modbusPort = (await this.#plant.listening)["modbusPort"] ?? 0;
    this.describe();
    const publicKey = await runProduct("gateway", ["keygen", "--config", this.file]);
    const cloudFile = join(this.folder, "cloud.yaml");
    const dataDir = join(this.folder, "cloud");
    writeFileSync(cloudFile, cloudYaml({ dataDir, publicKey, httpPort: 0, mqttPort: 0 }));
    this.#cloud = startProduct("cloud", ["run", "--config", cloudFile]);
    this.#mqttPort = (await this.#cloud.listening)["mqttPort"] ?? 0;
    this.describe();
    await this.startGateway();
  }

  /** Writes the gateway's file: the site's meter and contacts, and what `change` says. */
  describe(change: SiteChange = {}): void {
    const { modbusPort: port } = this;
    const config = {
      gateway: GATEWAY,
      mode: "test",
      dataDir: this.dataDir,
      broker: { url: `mqtt://127.0.0.1:${this.#mqttPort}` },
      links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port, timeoutMs: ANSWER_MAX_MS }],
      devices: [METER, CONTACTS],
      ...change,
    };
    writeFileSync(this.file, stringify(config));
  }

  /** Resolves when it runs and its devices have been polled. */
  async startGateway(): Promise<void> {
    const gateway = startProduct("gateway", ["run", "--config", this.file], (line) => this.#heard(line));
    this.gateway = gateway;
    const running = new Promise<void>((resolve) => {
      gateway.onMessage((message) => {
        if (typeof message === "object" && message && Reflect.get(message, "readings") > 0) resolve();
      });
    });
    const ended = gateway.ended.then((why) => Promise.reject(new Error(why)));
    ended.catch(() => {});
    await Promise.race([running, ended]);
  }

  /** Resolves once the gateway logs a line that holds `text`. */
  logged(text: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.push({ text, resolve }));
  }

  #heard(line: string): void {
    for (const { text, resolve } of this.#awaited) if (line.includes(text)) resolve();
  }

  /** Runs a tool on the gateway's file to its end. */
  tool(command: string, ...args: string[]): Promise<ToolRun> {
    return this.startTool(command, ...args).ended;
  }

  startTool(command: string, ...args: string[]): { child: ChildProcess; ended: Promise<ToolRun> } {
    const child = spawn(process.execPath, [gatewayEntry, command, ...args, "--config", this.file]);
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      said.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.err += chunk;
    });
    return { child, ended: once(child, "close").then(([code]) => ({ code: Number(code), ...said })) };
  }

  /** Stands the cloud's process still, as a disk does that takes seconds; gives what lets it go on. */
  holdCloud(): () => void {
    const pid = this.#cloud?.pid;
    if (!pid) throw new Error("no cloud runs");
    process.kill(pid, "SIGSTOP");
    return () => void process.kill(pid, "SIGCONT");
  }

  /** Stops gateway and cloud, and gives what the replica holds, in order. */
  async replica(): Promise<JournalRecord[]> {
    await this.gateway?.stop();
    await this.#cloud?.stop();
    const { db, close } = await openSqlite(join(this.folder, "cloud", "cloud.sqlite"));
    try {
      const rows = db.all("SELECT body FROM segment WHERE gateway = ? ORDER BY ord", [GATEWAY]);
      return rows.flatMap((row) => [...segmentRecords({ body: row["body"] as Uint8Array })]);
    } finally {
      await close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.gateway, this.#cloud, this.#plant].map((process) => process?.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
