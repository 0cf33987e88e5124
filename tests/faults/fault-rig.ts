import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type Random } from "@sealwatch/platform";
import { stringify } from "yaml";
import { type ProductProcess, runProduct, startProduct } from "../rig/product-process.ts";
import { cloudYaml, GATEWAY } from "../rig/site-files.ts";
import { mountSmallDisk, type SmallDisk } from "../rig/small-disk.ts";
import { PacketProxy } from "./packet-proxy.ts";

const CARD_MB = 64;
const START_MAX_MS = 120_000;
/** In this profile the tail is committed every second. */
const TAIL_COMMIT_MS = 1_000;
/** A timer and a thread on a busy machine are late by this much. */
const LATE_MS = 500;
/** A disk or a machine that stands still for others' work may hold a commit up this long, where the gateway said so before. */
const HELD_UP_MAX_MS = 12_000;
/** What one question of this meter can read. */
const SDM630_POINTS = [
  ...["voltage", "current", "power", "apparent", "reactive", "power-factor"].flatMap((quantity) =>
    ["l1", "l2", "l3"].map((phase) => `${quantity}-${phase}`),
  ),
  ...[
    "voltage-average",
    "power-total",
    "apparent-total",
    "reactive-total",
    "power-factor-total",
    "frequency",
  ],
  ...["energy-import", "energy-export"],
];
const METERS = [
  { id: "meter-1", unit: 1, profile: "eastron/sdm630", intervalMs: 100, points: SDM630_POINTS },
  { id: "meter-2", unit: 2, profile: "eastron/sdm72", intervalMs: 100 },
  { id: "meter-3", unit: 3, profile: "eastron/sdm120", intervalMs: 200 },
];

/** Modbus unit by device. */
export const METER_UNITS: ReadonlyMap<string, number> = new Map(METERS.map(({ id, unit }) => [id, unit]));

/** A moment at which telemetry that was not yet due on disk may have gone. */
export interface Loss {
  readonly atMs: number;
  readonly youngerThanMs: number;
  /** At a kill: answers younger than this were not due on the disk, and are not counted at all. */
  readonly notDueMs: number;
}

/** Plant, gateway on a card of its own, bad network and cloud, in real time. */
export class FaultRig {
  readonly folder = mkdtempSync(join(tmpdir(), "sealwatch-faults-"));
  readonly answersFile = join(this.folder, "answers.log");
  readonly cloudDir = join(this.folder, "cloud");
  readonly cardDir = join(this.folder, "card");
  readonly proxy: PacketProxy;
  readonly losses: Loss[] = [];
  /** When each epoch began, as the gateway's log line came: for those of which no reading is left that would tell. */
  readonly epochStartsMs = new Map<string, number>();
  readonly slowestStartMs = { gateway: 0, cloud: 0 };
  restarts = 0;
  /** The most that the machine was taken to be late by at a kill or stop. */
  mostLateMs = 0;
  commitDelayMs = 0;
  publicKey = "";
  disk: SmallDisk | null = null;
  gateway: ProductProcess | null = null;
  cloud: ProductProcess | null = null;
  #plant: ProductProcess | null = null;
  #ports = { httpPort: 0, mqttPort: 0 };
  #modbusPort = 0;
  /** What the running gateway last said of its journal: for how long the oldest record that was not on disk had waited. */
  #word = { atMs: 0, unsavedMs: 0 };
  readonly #gatewayFile = join(this.folder, "gateway.yaml");
  readonly #cloudFile = join(this.folder, "cloud.yaml");
  readonly #offsetFile = join(this.folder, "clock-offset");

  constructor(random: Random) {
    this.proxy = new PacketProxy(random);
  }

  get cloudDatabase(): string {
    return join(this.cloudDir, "cloud.sqlite");
  }

  /** Milliseconds in which telemetry of now is on disk at the latest. */
  get uncountedMs(): number {
    const dueMs = TAIL_COMMIT_MS + 2 * this.commitDelayMs;
    return dueMs + this.#lateMs(dueMs);
  }

  async start(seed: number): Promise<void> {
    this.disk = mountSmallDisk(this.cardDir, CARD_MB);
    mkdirSync(this.cloudDir);
    const asked = ["--mode", "test", "--scenario", "all-devices", "--seed", String(seed), "--port", "0"];
    this.#plant = startProduct("firmware-sim", [...asked, "--answers", this.answersFile]);
    this.#modbusPort = (await this.#plant.listening)["modbusPort"] ?? 0;
    await this.proxy.listen();
    this.setClockOffset(0);
    this.#describeGateway();
    this.publicKey = await runProduct("gateway", ["keygen", "--config", this.#gatewayFile]);
    await this.startCloud();
    await this.startGateway();
  }

  /** The gateway's wall clock is wrong by this much from now on. */
  setClockOffset(ms: number): void {
    writeFileSync(this.#offsetFile, String(ms));
  }

  /** Resolves when it has polled. */
  async startGateway(): Promise<void> {
    const fromMs = performance.now();
    this.#describeGateway();
    const gateway = startProduct("gateway", ["run", "--config", this.#gatewayFile], (line) => {
      const epoch = /"epoch":"([0-9a-f]{16})".*"gateway started"/.exec(line)?.[1];
      if (epoch) this.epochStartsMs.set(epoch, Date.now());
    });
    this.gateway = gateway;
    this.#word = { atMs: Date.now(), unsavedMs: 0 };
    const polled = new Promise<void>((resolve) => {
      gateway.onMessage((message) => {
        this.#word = { atMs: Date.now(), unsavedMs: Number(Reflect.get(Object(message), "unsavedMs")) };
        if (Number(Reflect.get(Object(message), "readings")) > 0) resolve();
      });
    });
    await started(gateway, polled);
    this.slowestStartMs.gateway = Math.max(this.slowestStartMs.gateway, performance.now() - fromMs);
  }

  async startCloud(): Promise<void> {
    const fromMs = performance.now();
    const { publicKey, cloudDir: dataDir } = this;
    writeFileSync(this.#cloudFile, cloudYaml({ dataDir, publicKey, ...this.#ports }));
    const cloud = startProduct("cloud", ["run", "--config", this.#cloudFile]);
    this.cloud = cloud;
    await started(cloud, cloud.listening);
    const { httpPort = 0, mqttPort = 0 } = await cloud.listening;
    this.#ports = { httpPort, mqttPort };
    this.proxy.targetPort = mqttPort;
    this.slowestStartMs.cloud = Math.max(this.slowestStartMs.cloud, performance.now() - fromMs);
  }

  async killGateway(): Promise<void> {
    this.losses.push({ atMs: Date.now(), youngerThanMs: this.uncountedMs, notDueMs: TAIL_COMMIT_MS });
    await this.gateway?.kill();
    this.restarts++;
  }

  async killCloud(): Promise<void> {
    await this.cloud?.kill();
    this.restarts++;
  }

  /** Stops the gateway in good order; an answer on its way then may not be heard. */
  async stopGateway(): Promise<void> {
    const loss = { youngerThanMs: LATE_MS, notDueMs: 0 };
    this.losses.push({ atMs: Date.now(), ...loss });
    await this.gateway?.stop();
    this.losses.push({ atMs: Date.now(), ...loss });
    this.restarts++;
  }

  /** Stops and starts the gateway until the cloud holds all that is on its card; it is stopped then. */
  async stopGatewayWhenDrained(): Promise<void> {
    this.proxy.mend();
    for (let attempt = 0; attempt < 20; attempt++) {
      await this.stopGateway();
      if (await this.#isDrained()) return;
      await this.startGateway();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
    throw new Error("the cloud does not get all that is on the card");
  }

  /**
   * By how much commits are late at a kill: what the gateway said last was on disk, is; what came since may not be. More than it said
   * is a loss.
   */
  #lateMs(dueMs: number): number {
    const { atMs, unsavedMs } = this.#word;
    const oldestMs = Date.now() - atMs + unsavedMs;
    const lateMs = Math.min(HELD_UP_MAX_MS, Math.max(LATE_MS, oldestMs - dueMs));
    this.mostLateMs = Math.max(this.mostLateMs, lateMs);
    return lateMs;
  }

  copy(from: string, to: string): void {
    rmSync(to, { recursive: true, force: true });
    // A socket is no data, and no backup tool copies one.
    cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  }

  get dataDir(): string {
    return join(this.cardDir, "gateway");
  }

  async close(keep: boolean): Promise<void> {
    await Promise.all([this.gateway, this.cloud, this.#plant].map((process) => process?.kill()));
    this.proxy.close();
    if (keep) return;
    this.disk?.unmount();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #isDrained(): Promise<boolean> {
    const { db, close } = await openSqlite(join(this.dataDir, "journal.db"));
    try {
      const newest = Number(db.get("SELECT MAX(ord) AS ord FROM segment")?.["ord"] ?? 0);
      const meta = db.get("SELECT value FROM meta WHERE name = 'acknowledged_ord'");
      return Number(meta?.["value"] ?? 0) >= newest;
    } finally {
      await close();
    }
  }

  #describeGateway(): void {
    const config = {
      gateway: GATEWAY,
      mode: "test",
      dataDir: this.dataDir,
      keyFile: join(this.folder, "gateway.key"),
      broker: { url: `mqtt://127.0.0.1:${this.proxy.port}` },
      links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: this.#modbusPort }],
      devices: METERS.map((meter) => ({ ...meter, link: "bus-1", supply: "auxiliary" })),
      segments: { everyMs: 2_000, tailCommitMs: TAIL_COMMIT_MS },
      faults: {
        commitDelayMs: this.commitDelayMs,
        clockOffsetFile: this.#offsetFile,
        clockCheckMs: 1_000,
      },
    };
    writeFileSync(this.#gatewayFile, stringify(config));
  }
}

async function started(product: ProductProcess, up: Promise<unknown>): Promise<void> {
  const ended = product.ended.then((why) => Promise.reject(new Error(`${product.product}: ${why}`)));
  ended.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${product.product} does not start`)), START_MAX_MS);
  });
  await Promise.race([up, ended, late]).finally(() => clearTimeout(timer));
}
