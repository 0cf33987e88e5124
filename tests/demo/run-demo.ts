import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AlertView } from "@sealwatch/cloud";
import { loadScenario, type Scenario } from "@sealwatch/firmware-sim";
import { CountyClient } from "../rig/county-client.ts";
import { type ProductProcess, runProduct, startProduct } from "../rig/product-process.ts";
import { cloudYaml, gatewayYaml, SITE } from "../rig/site-files.ts";
import { askStep } from "../rig/step-client.ts";
import { type DemoOptions, UsageError } from "./demo-options.ts";
import type { Terminal } from "./terminal.ts";

const DAY_MS = 86_400_000;
/** The alert must arrive within this time of the plant's first act. */
const ALERT_WITHIN_MS = 120_000;
/** The replica has caught up when it lacks less than this. */
const CAUGHT_UP_MS = 60_000;
const LEVELS = ["none", "blue", "yellow", "orange", "red"] as const;

/** What the demo proves, in the form its last line promises. */
export interface DemoResult {
  readonly site: string;
  readonly level: AlertView["level"];
  readonly rule: string;
  readonly eventTime: string;
  readonly alertTime: string;
  readonly delayS: number;
  readonly reasons: readonly { rule: string; evidence: string; zh: string; en: string }[];
}

/** A demo that is being set up or running; `stop` ends every process and removes what need not stay. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #terminal: Terminal;
  readonly #processes: ProductProcess[] = [];
  #folder: string | undefined;
  #stopping = false;

  constructor(options: DemoOptions, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
  }

  /** Plays the whole story. Resolves with the alert, or null when it did not come in time. */
  async play(signal: AbortSignal): Promise<DemoResult | null> {
    const scenario = loadScenario(this.#options.scenario);
    const folder = this.#makeFolder();
    const { stepPort, httpPort } = await this.#start(folder);
    const county = new CountyClient(httpPort);
    await this.#history(county);
    await this.#acceptBaseline(county);
    this.#terminal.line(`\n▶ 实时 real time, sampling each second. Console: http://127.0.0.1:${httpPort}`);
    const late = AbortSignal.timeout(ALERT_WITHIN_MS);
    const stop = this.#options.once ? AbortSignal.any([signal, late]) : signal;
    // Open before the plant begins: whatever is raised then is seen.
    const alerts = await county.alertEvents(stop);
    await askStep(stepPort, { op: "trigger" });
    this.#terminal.line(`▶ ${scenario.title.zh} ${scenario.title.en}: the plant begins …`);
    return this.#awaitAlert(alerts, scenario, stop);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#processes.map((process) => process.stop()));
    if (!this.#folder) return;
    if (this.#options.keep || this.#options.data) this.#terminal.line(`data kept in ${this.#folder}`);
    else rmSync(this.#folder, { recursive: true, force: true });
  }

  #makeFolder(): string {
    const { data } = this.#options;
    try {
      this.#folder = data ? resolve(data) : mkdtempSync(join(tmpdir(), "sealwatch-demo-"));
      mkdirSync(join(this.#folder), { recursive: true });
      if (readdirSync(this.#folder).length > 0)
        throw new UsageError(`--data ${data}: the folder is not empty`);
      mkdirSync(join(this.#folder, "gateway"));
      return this.#folder;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`cannot write to ${data ?? tmpdir()}: ${(error as NodeJS.ErrnoException).code}`);
    }
  }

  async #start(folder: string): Promise<{ stepPort: number; httpPort: number }> {
    const { seed, scenario, historyDays } = this.#options;
    const startMs = Math.floor((Date.now() - historyDays * DAY_MS) / 60_000) * 60_000;
    const plant = this.#run("firmware-sim", [
      ...["--mode", "demo", "--scenario", scenario, "--seed", String(seed)],
      ...["--port", String(this.#options.modbusPort), "--step-port", "0", "--start", String(startMs)],
      ...["--until-now", "--wait-trigger"],
    ]);
    const { modbusPort = 0, stepPort = 0 } = await plant.listening;
    this.#terminal.line(`厂点 plant      Modbus TCP 127.0.0.1:${modbusPort} (pid ${plant.pid})`);

    const dataDir = join(folder, "gateway");
    const gatewayFile = join(folder, "gateway.yaml");
    const writeGateway = (mqttPort: number) =>
      writeFileSync(gatewayFile, gatewayYaml({ dataDir, mqttPort, modbusPort, stepPort }));
    writeGateway(this.#options.mqttPort || 1883);
    const publicKey = await runProduct("gateway", ["keygen", "--config", gatewayFile]);

    const cloudFile = join(folder, "cloud.yaml");
    const ports = { httpPort: this.#options.httpPort, mqttPort: this.#options.mqttPort };
    writeFileSync(cloudFile, cloudYaml({ dataDir: join(folder, "cloud"), publicKey, ...ports }));
    const cloud = this.#run("cloud", ["run", "--config", cloudFile]);
    const { httpPort = 0, mqttPort = 0 } = await cloud.listening;
    this.#terminal.line(
      `县级平台 cloud  http://127.0.0.1:${httpPort}, MQTT 127.0.0.1:${mqttPort} (pid ${cloud.pid})`,
    );

    writeGateway(mqttPort);
    const gateway = this.#run("gateway", ["run", "--config", gatewayFile]);
    this.#terminal.line(`网关 gateway    journal in ${dataDir} (pid ${gateway.pid})`);
    return { stepPort, httpPort };
  }

  /** Waits until the replica has caught up with real time, showing how far it is. */
  async #history(county: CountyClient): Promise<void> {
    const { historyDays } = this.#options;
    const beganMs = Date.now();
    this.#terminal.line(
      `\n▶ ${historyDays} quiet days, one reading a minute, polled over Modbus in fast time:`,
    );
    for (;;) {
      const { gateways } = await county.site(SITE);
      const { recordedToMs = null, readings = 0, segments = 0 } = gateways[0] ?? {};
      const behindMs = Date.now() - (recordedToMs ?? Date.now() - historyDays * DAY_MS);
      const share = historyDays === 0 ? 1 : 1 - behindMs / (historyDays * DAY_MS);
      const day = new Date(recordedToMs ?? 0).toISOString().slice(0, 10);
      const text = `${day}  ${readings.toLocaleString("en")} readings in ${segments} signed segments`;
      this.#terminal.progress(Math.min(1, Math.max(0, share)), text);
      if (recordedToMs !== null && behindMs < CAUGHT_UP_MS) break;
      await new Promise((wake) => setTimeout(wake, 250));
    }
    const took = ((Date.now() - beganMs) / 1000).toFixed(1);
    const alerts = await county.alerts();
    this.#terminal.line(`  done in ${took} s; alerts in the quiet time: ${alerts.length}`);
    for (const alert of alerts) this.#terminal.alert(alert);
  }

  async #acceptBaseline(county: CountyClient): Promise<void> {
    const { baselines } = await county.site(SITE);
    const ready = baselines.find((baseline) => baseline.status === "ready");
    if (!ready)
      return this.#terminal.line("▶ the baseline is still being learned; rules that need none watch alone");
    await county.acceptBaseline(SITE, "演示值班员");
    const mids = ready.hours.map((hour) => hour.mid);
    const range = `${(Math.min(...mids) / 1000).toFixed(2)}–${(Math.max(...mids) / 1000).toFixed(2)} kW`;
    this.#terminal.line(
      `▶ 基线 baseline over ${ready.days} days, ${range}: looked at and accepted by 演示值班员`,
    );
  }

  async #awaitAlert(
    alerts: AsyncGenerator<AlertView>,
    scenario: Scenario,
    stop: AbortSignal,
  ): Promise<DemoResult | null> {
    const { level: expected, reasonsMin } = scenario.truth.expect;
    const wanted = LEVELS.indexOf(expected === "none" ? "orange" : expected);
    let result: DemoResult | null = null;
    try {
      for await (const alert of alerts) {
        this.#terminal.alert(alert);
        const reached = LEVELS.indexOf(alert.level) >= wanted && alert.reasons.length >= reasonsMin;
        if (reached) result ??= toResult(alert);
        if (result && this.#options.once) return result;
      }
    } catch (error) {
      if (!stop.aborted) throw error;
    }
    return result;
  }

  #run(product: Parameters<typeof startProduct>[0], args: readonly string[]): ProductProcess {
    const process = startProduct(product, args);
    this.#processes.push(process);
    void process.ended.then((why) => this.onLost(product, why));
    return process;
  }

  /** Called when a process ends that nobody stopped. */
  onLost(product: string, why: string): void {
    if (!this.#stopping) this.lost?.(new Error(`${product} ended: ${why}`));
  }

  lost: ((error: Error) => void) | undefined;
}

function toResult(alert: AlertView): DemoResult {
  return {
    site: alert.site,
    level: alert.level,
    rule: alert.rule,
    eventTime: new Date(alert.eventMs).toISOString(),
    alertTime: new Date(alert.updatedMs).toISOString(),
    delayS: Math.round((alert.updatedMs - alert.eventMs) / 100) / 10,
    reasons: alert.reasons.map(({ rule, evidence, text }) => ({ rule, evidence, ...text })),
  };
}
