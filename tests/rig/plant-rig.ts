import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProductProcess, runProduct, startProduct } from "./product-process.ts";
import { cloudYaml, gatewayYaml } from "./site-files.ts";

/** Plant, gateway and cloud as processes over one folder; any of them can be killed and started again. */
export class PlantRig {
  readonly folder = mkdtempSync(join(tmpdir(), "sealwatch-plant-"));
  plant: ProductProcess | undefined;
  gateway: ProductProcess | undefined;
  cloud: ProductProcess | undefined;
  stepPort = 0;
  httpPort = 0;
  mqttPort = 0;
  readonly #gatewayFile = join(this.folder, "gateway.yaml");
  readonly #cloudFile = join(this.folder, "cloud.yaml");

  get cloudDatabase(): string {
    return join(this.folder, "cloud", "cloud.sqlite");
  }

  /** Starts all three: a quiet plant whose time moves only as the gateway works. */
  async start(startMs: number): Promise<void> {
    this.plant = startProduct("firmware-sim", [
      ...["--mode", "test", "--scenario", "quiet", "--seed", "7", "--port", "0", "--step-port", "0"],
      ...["--start", String(startMs)],
    ]);
    const { modbusPort = 0, stepPort = 0 } = await this.plant.listening;
    this.stepPort = stepPort;
    const dataDir = join(this.folder, "gateway");
    mkdirSync(dataDir);
    const describeGateway = (mqttPort: number) =>
      writeFileSync(this.#gatewayFile, gatewayYaml({ dataDir, mqttPort, modbusPort, stepPort }));
    describeGateway(1883);
    const publicKey = await runProduct("gateway", ["keygen", "--config", this.#gatewayFile]);
    const describeCloud = () => {
      const { httpPort, mqttPort } = this;
      const dataDir = join(this.folder, "cloud");
      writeFileSync(this.#cloudFile, cloudYaml({ dataDir, publicKey, httpPort, mqttPort }));
    };
    describeCloud();
    await this.startCloud();
    describeCloud();
    describeGateway(this.mqttPort);
    this.startGateway();
  }

  async startCloud(): Promise<void> {
    this.cloud = startProduct("cloud", ["run", "--config", this.#cloudFile]);
    const { httpPort = 0, mqttPort = 0 } = await this.cloud.listening;
    this.httpPort = httpPort;
    this.mqttPort = mqttPort;
  }

  startGateway(): void {
    this.gateway = startProduct("gateway", ["run", "--config", this.#gatewayFile]);
  }

  async close(): Promise<void> {
    await Promise.all([this.gateway, this.cloud, this.plant].map((process) => process?.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
