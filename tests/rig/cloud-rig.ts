import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519PublicKey, ed25519Signer, type Signer } from "@sealwatch/protocols";
import { type ProductProcess, runProduct, startProduct } from "./product-process.ts";
import { cloudYaml } from "./site-files.ts";

/** A cloud process over a folder of its own, with a gateway key that the test holds. */
export interface CloudRig {
  readonly folder: string;
  readonly signer: Signer;
  httpPort: number;
  mqttPort: number;
  process: ProductProcess;
  /** Runs one of the operator's commands. Rejects with its complaint. */
  run(...words: string[]): Promise<string>;
  /** Starts the cloud again after it ended; its ports stay. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a cloud for tests, on free ports; `onLog` sees each line of its log, whichever process writes it. */
export async function startCloudRig(
  settings: Omit<Parameters<typeof cloudYaml>[0], "dataDir" | "publicKey" | "httpPort" | "mqttPort"> = {},
  onLog: (line: string) => void = () => {},
): Promise<CloudRig> {
  const folder = mkdtempSync(join(tmpdir(), "sealwatch-cloud-"));
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const file = join(folder, "cloud.yaml");
  const launch = async (ports: { httpPort: number; mqttPort: number }) => {
    const dataDir = join(folder, "data");
    writeFileSync(file, cloudYaml({ dataDir, publicKey: ed25519PublicKey(pem), ...settings, ...ports }));
    const process = startProduct("cloud", ["run", "--config", file], onLog);
    const { httpPort = 0, mqttPort = 0 } = await process.listening;
    return { process, httpPort, mqttPort };
  };
  const rig: CloudRig = {
    folder,
    signer: ed25519Signer(pem),
    ...(await launch({ httpPort: 0, mqttPort: 0 })),
    run: (...words) => runProduct("cloud", [...words, "--config", file]),
    restart: async () => {
      Object.assign(rig, await launch(rig));
    },
    close: async () => {
      await rig.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}
