import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseClaimCode } from "@sealwatch/protocols";
import { stringify } from "yaml";
import { z } from "zod";
import { newGatewayKey, type RigCredentials } from "./credentials.ts";
import { askCounty } from "./enrolment-client.ts";
import { type ProductProcess, runProduct, startProduct } from "./product-process.ts";
import { SITE } from "./site-files.ts";

const claimSchema = z.object({
  code: z.string(),
  server: z.string(),
  site: z.string(),
  gateway: z.string(),
  expiresMs: z.number(),
});
export type RigClaim = z.output<typeof claimSchema> & { readonly secret: string };

/** A cloud process as a county runs it: mutual TLS and enrolment, no plain MQTT, no gateway in its configuration. */
export class CountyRig {
  readonly folder = mkdtempSync(join(tmpdir(), "sw-county-"));
  readonly #file = join(this.folder, "cloud.yaml");
  readonly #refused: { readonly reason: string; readonly source: string }[] = [];
  #onRefused: (entry: { readonly source: string }) => void = () => {};
  #marks = 1;
  ports = { httpPort: 0, mqttsPort: 0, enrolPort: 0 };
  ca = "";
  #process: ProductProcess | null = null;

  static async start(): Promise<CountyRig> {
    const rig = new CountyRig();
    await rig.launch();
    return rig;
  }

  get dataDir(): string {
    return join(this.folder, "data");
  }

  /** Starts the cloud; its ports stay over restarts. */
  async launch(): Promise<void> {
    const { httpPort, mqttsPort, enrolPort } = this.ports;
    const host = "127.0.0.1";
    const site = {
      id: SITE,
      name: { zh: "青石精细染化厂", en: "Qingshi Dyes" },
      formerLoadW: 60_000,
      gateways: [],
    };
    const config = {
      dataDir: this.dataDir,
      // What comes in by HTTP has tests of its own: here everybody may read it.
      mode: "test",
      http: { host, port: httpPort, withoutSignIn: ["administrator", "county-officer"] },
      mqtts: { host, port: mqttsPort },
      enrol: { host, port: enrolPort },
      tls: { names: [host] },
      sites: [site],
    };
    writeFileSync(this.#file, stringify(config));
    this.#process = startProduct("cloud", ["run", "--config", this.#file], (line) => this.#note(line));
    this.ports = { ...this.ports, ...(await this.#process.listening) };
    this.ca = (await askCounty(this, { path: "/enrol/v1/ca" })).text;
  }

  /** Ends the process, in order or by SIGKILL. */
  async halt(how: "stop" | "kill" = "stop"): Promise<void> {
    await this.#process?.[how]();
  }

  async close(): Promise<void> {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs one of the operator's commands. Rejects with its complaint. */
  run(...words: string[]): Promise<string> {
    return runProduct("cloud", [...words, "--config", this.#file]);
  }

  async claim(...options: string[]): Promise<RigClaim> {
    const claim = claimSchema.parse(
      JSON.parse(await this.run("claim", "create", "--json", "--site", SITE, ...options)),
    );
    return { ...claim, secret: parseClaimCode(claim.code).secret };
  }

  /** Enrols a gateway with a new key. */
  async enrol(...options: string[]): Promise<RigCredentials> {
    const { secret } = await this.claim(...options);
    const key = await newGatewayKey();
    const { status, text } = await askCounty(this, {
      path: "/enrol/v1/claim",
      body: { secret, csr: key.csr, software: "by hand" },
    });
    if (status !== 200) throw new Error(`not enrolled: ${text}`);
    return { ...key, ...JSON.parse(text) };
  }

  /** How often each reason was refused. */
  async refusals(): Promise<Record<string, number>> {
    const response = await fetch(`http://127.0.0.1:${this.ports.httpPort}/api/v1/refusals`);
    return z.record(z.string(), z.number()).parse(await response.json());
  }

  /** How often a refusal stands in the log, once everything logged so far has been read. */
  async logged(reason: string, source?: string): Promise<number> {
    // A refusal of our own comes last through the same pipe.
    const localAddress = `127.0.2.${this.#marks++ % 250}`;
    const read = new Promise<void>((resolve) => {
      this.#onRefused = (entry) => entry.source === localAddress && resolve();
    });
    const socket = createConnection({ host: "127.0.0.1", port: this.ports.mqttsPort, localAddress });
    socket.on("error", () => {});
    socket.write("no TLS at all");
    await read;
    socket.destroy();
    return this.#refused.filter(
      (entry) => entry.reason === reason && entry.source === (source ?? entry.source),
    ).length;
  }

  #note(line: string): void {
    const { reason, source } = line.startsWith("{") ? JSON.parse(line) : {};
    if (!reason) return;
    this.#refused.push({ reason, source });
    this.#onRefused({ source });
  }
}
