import { parseConfig } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { cloudConfigSchema } from "./cloud-config.ts";

const SITE = { id: "qingshi-dyes", name: { zh: "青石", en: "Qingshi" }, formerLoadW: 60_000, gateways: [] };
const parse = (change: object) =>
  parseConfig(
    JSON.stringify({ dataDir: "/srv/cloud", sites: [SITE], ...change }),
    cloudConfigSchema,
    "cloud.yaml",
  );

it("aCountyServesMutualTlsAndEnrolment", () => {
  const config = parse({
    mqtts: {},
    enrol: {},
    tls: { names: ["cloud.example.org", "192.0.2.7", "2001:db8::7"] },
  });
  expect(config).toMatchObject({
    mode: "production",
    mqtts: { host: "0.0.0.0", port: 8883 },
    enrol: { host: "0.0.0.0", port: 8443 },
  });
  expect(config.mqtt).toBeUndefined();
});

it("demoAndTestMayServePlainMqttOnLoopback", () => {
  expect(parse({ mode: "demo", mqtt: {} }).mqtt).toEqual({ host: "127.0.0.1", port: 1883 });
  expect(() => parse({ mode: "test", mqtt: { host: "0.0.0.0" } })).toThrow(/mqtt.host: .*loopback only/);
});

it.each([
  ["plain MQTT in production", { mqtt: {} }, /mqtt: plain MQTT is for `mode: demo`/],
  ["no way in at all", {}, /mqtts: gateways reach the cloud through it/],
  ["enrolment without a broker", { enrol: {}, mode: "demo", mqtt: {} }, /mqtts: gateways that enrol need it/],
  ["no name to dial", { mqtts: {} }, /tls: write the names/],
  [
    "a name that is none",
    { mqtts: {}, tls: { names: ["https://cloud"] } },
    /tls.names\[0\]: write a host name/,
  ],
])("%s is refused with what to write", (_what, change, problem) => {
  expect(() => parse(change)).toThrow(problem);
});

it("tellsAllOfItAtOnce", () => {
  expect(() => parse({ mqtt: {}, enrol: {} })).toThrow(/3 problem\(s\)/);
});
