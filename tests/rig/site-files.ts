import { stringify } from "yaml";

/** The invented site that demo and tests share, and its gateway. */
export const SITE = "qingshi-dyes";
export const GATEWAY = "gw-000001";

/** The cloud's configuration: one invented site with one gateway. */
export function cloudYaml(options: {
  dataDir: string;
  httpPort: number;
  mqttPort: number;
  publicKey: string;
  gatewaySilentAfterMs?: number;
  /** True: people sign in, as at a county. */
  signIn?: boolean;
  /** `notify:` as it stands in the file. */
  notify?: object;
  publicUrl?: string;
  logLevel?: string;
}): string {
  return stringify({
    mode: "demo",
    ...(options.notify ? { notify: options.notify } : {}),
    dataDir: options.dataDir,
    logLevel: options.logLevel ?? "info",
    gatewaySilentAfterMs: options.gatewaySilentAfterMs ?? 480_000,
    http: {
      host: "127.0.0.1",
      port: options.httpPort,
      ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}),
      // Whoever measures asks faster than people do.
      requests: { burst: 100_000, perSecond: 10_000 },
      withoutSignIn: options.signIn ? [] : ["administrator", "county-officer", "auditor"],
    },
    mqtt: { host: "127.0.0.1", port: options.mqttPort },
    sites: [
      {
        id: SITE,
        name: { zh: "青石精细染化厂（演示）", en: "Qingshi Dyes (demo)" },
        address: "云溪县青石镇工业路 7 号",
        township: "青石镇",
        utcOffsetMin: 480,
        formerLoadW: 60_000,
        gateways: [{ id: GATEWAY, publicKey: options.publicKey }],
      },
    ],
  });
}

/** The gateway's configuration: a meter, the contacts and a gas sensor behind one serial server. */
export function gatewayYaml(options: {
  dataDir: string;
  mqttPort: number;
  modbusPort: number;
  stepPort: number;
}): string {
  const device = { link: "bus-1", intervalMs: 1000 };
  return stringify({
    gateway: GATEWAY,
    mode: "demo",
    dataDir: options.dataDir,
    clock: { source: "step-socket", host: "127.0.0.1", port: options.stepPort, steppedIntervalMs: 60_000 },
    broker: { url: `mqtt://127.0.0.1:${options.mqttPort}` },
    links: [
      { id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: options.modbusPort, timeoutMs: 1000 },
    ],
    devices: [
      {
        ...device,
        id: "contacts-1",
        unit: 2,
        profile: "waveshare/modbus-rtu-io-8ch",
        supply: "battery",
        contacts: {
          di1: { role: "door", label: "大门", normal: 1 },
          di2: { role: "door", label: "车间门", normal: 1 },
          di3: { role: "seal", label: "封条 S1", normal: 1 },
          di4: { role: "seal", label: "封条 S2", normal: 1 },
          di5: { role: "mains-present", label: "市电", normal: 1 },
        },
      },
      {
        ...device,
        id: "gas-1",
        unit: 3,
        profile: "generic/tvoc-board",
        supply: "battery",
        label: "车间气体",
      },
      {
        ...device,
        id: "meter-1",
        unit: 1,
        profile: "eastron/sdm630",
        supply: "own-feeder",
        feeder: "incomer",
        label: "总进线电表",
      },
    ],
  });
}
