import { readFileSync } from "node:fs";
import { parseConfig } from "@sealwatch/platform";
import { deviceProfilesDirectory, readDeviceProfile } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { gatewayConfigSchema } from "./gateway-config.ts";

const schema = gatewayConfigSchema((name) =>
  readDeviceProfile(name, readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8")),
);
const parse = (text: string) => parseConfig(text, schema, "gateway.yaml");

const GOOD = `
gateway: gw-000001
dataDir: data
broker: { host: broker.example }
links:
  - { id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: 1502 }
devices:
  - { id: meter-1, link: bus-1, unit: 1, profile: eastron/sdm630, intervalMs: 10000, supply: own-feeder }
  - id: contacts-1
    link: bus-1
    unit: 2
    profile: waveshare/modbus-rtu-io-8ch
    intervalMs: 1000
    supply: battery
    contacts: { di1: { role: seal, label: 封条 S1, normal: 1 } }
`;

describe("a gateway's configuration", () => {
  it("isCompletedWithDefaultsAndTheProfiles", () => {
    const config = parse(GOOD);
    expect(config.mode).toBe("production");
    expect(config.clock).toEqual({ source: "system" });
    expect(config.segments).toEqual({ everyMs: 300_000, tailCommitMs: 10_000 });
    expect(config.journal.budgetMb).toBe(512);
    expect(config.devices[0]?.profile.model).toBe("sdm630");
  });

  it.each([
    ["a name that is no profile", "eastron/sdm630", "eastron/sdm999", /devices\[0\]\.profile/],
    [
      "a link that is not there",
      "link: bus-1, unit: 1,",
      "link: bus-2, unit: 1,",
      /devices\[0\]\.link: choose of bus-1/,
    ],
    ["an input that the module lacks", "di1:", "di9:", /devices\[1\]\.contacts\.di9: choose of di1, di2/],
    ["two devices at one address", "unit: 2", "unit: 1", /devices\[1\]\.unit/],
    ["two devices of one name", "id: contacts-1", "id: meter-1", /devices\[1\]\.id/],
    [
      "plaintext to another host",
      "host: broker.example",
      'url: "mqtt://203.0.113.7"',
      /broker\.url: .*mutual TLS/,
    ],
    ["a password in the address", "host: broker.example", 'url: "mqtt://a:b@127.0.0.1"', /broker\.url/],
    ["plaintext in production", "host: broker.example", 'url: "mqtt://127.0.0.1"', /broker\.url: .*enrol/],
    [
      "two addresses of the broker",
      "{ host",
      '{ url: "mqtt://127.0.0.1", host',
      /broker\.url: write url, or/,
    ],
    ["a port without a host", "host: broker.example", "port: 8883", /broker\.host: write a host/],
    [
      "a step socket in production",
      "dataDir: data",
      "dataDir: data\nclock: { source: step-socket, port: 1 }",
      /clock\.source/,
    ],
    ["a key nobody knows", "dataDir: data", "dataDir: data\ncolour: red", /colour/],
  ])("refuses %s, and says where and what to write", (_, part, instead, message) => {
    expect(() => parse(GOOD.replace(part, instead))).toThrow(message);
  });

  it("needsNeitherNameNorBrokerWhereTheEnrolmentSaysThem", () => {
    const text = GOOD.replace("gateway: gw-000001", "").replace("broker: { host: broker.example }", "");
    expect(parse(text)).toMatchObject({ mode: "production" });
    expect(parse(GOOD).broker).toEqual({ host: "broker.example", port: 8883 });
  });

  it("takesTheStepSocketInDemoMode", () => {
    const text = GOOD.replace(
      "dataDir: data",
      "dataDir: data\nmode: demo\nclock: { source: step-socket, port: 7001 }",
    );
    expect(parse(text).clock).toEqual({ source: "step-socket", host: "127.0.0.1", port: 7001 });
  });

  it("tellsAllProblemsAtOnce", () => {
    const text = GOOD.replace("unit: 1", "unit: 999").replace("intervalMs: 1000\n", "intervalMs: 1\n");
    expect(() => parse(text)).toThrow(/devices\[0\]\.unit[\s\S]*devices\[1\]\.intervalMs/);
  });

  describe("of what is part of the gateway itself", () => {
    const PARTS = GOOD.replace(
      "devices:",
      `  - { id: inputs, kind: gpio, chip: /dev/gpiochip0, lines: { in-1: 17, in-3: 22 } }
  - { id: ups, kind: power-supply, path: /sys/class/power_supply/ups-0 }
devices:
  - { id: ups-0, link: ups, profile: linux/power-supply, intervalMs: 10000, supply: battery }
  - id: contacts-0
    link: inputs
    profile: generic/gpio-contacts
    intervalMs: 200
    supply: battery
    contacts: { in-3: { role: seal, label: 封条 S2, normal: 1 } }`,
    );

    it("is completed with a pull-up and contacts to ground", () => {
      expect(parse(PARTS).links[1]).toMatchObject({ bias: "pull-up", activeLow: true });
    });

    it.each([
      ["an input without a line", "in-3: {", "in-2: {", /contacts: give in-2 a line of link inputs/],
      ["an input that is none", "in-1: 17", "in-9: 17", /links\[1\]\.lines/],
      ["two inputs on one line", "in-1: 17", "in-1: 22", /give each input a line of its own/],
      ["no input at all", "{ in-1: 17, in-3: 22 }", "{}", /name at least one/],
      ["a chip that is none", "/dev/gpiochip0", "/dev/ttyS0", /links\[1\]\.chip: .*gpiochip0/],
      ["a folder that is none", "/sys/class/power_supply/ups-0", "ups-0", /links\[2\]\.path: write a folder/],
      ["a unit", "link: ups,", "link: ups, unit: 1,", /devices\[0\]\.unit: leave it out/],
      [
        "a meter on it",
        "link: ups, profile: linux/power-supply",
        "link: ups, profile: eastron/sdm630",
        /profile: write linux\/power-supply/,
      ],
      [
        "its profile on a line",
        "link: ups, profile: linux/power-supply",
        "link: bus-1, unit: 9, profile: linux/power-supply",
        /link: choose a power-supply link/,
      ],
    ])("refuses %s", (_, part, instead, message) => {
      expect(() => parse(PARTS.replace(part, instead))).toThrow(message);
    });
  });

  it("refusesASecondLinkToOneEndpoint", () => {
    const text = GOOD.replace(
      "devices:",
      "  - { id: bus-2, kind: modbus-tcp, host: 127.0.0.1, port: 1502 }\ndevices:",
    );
    expect(() => parse(text)).toThrow(/links\[1\]\.port/);
  });

  it("completesEveryKindOfLinkWithWhatIsUsualThere", () => {
    const text = GOOD.replace(
      "devices:",
      `  - { id: rtu, kind: modbus-rtu, path: /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0, parity: even }
  - { id: server, kind: modbus-rtu-tcp, host: 192.0.2.7, port: 4001, baud: 19200, echo: true }
  - { id: meters, kind: dlt645, path: /dev/ttyS2 }
  - { id: far-meters, kind: dlt645-tcp, host: 192.0.2.7, port: 4002, turnaroundMs: 50 }
devices:`,
    );
    const line = { parity: "none", stopBits: 1, turnaroundMs: 0, echo: false, timeoutMs: 1_000 };
    expect(parse(text).links.slice(1)).toMatchObject([
      { ...line, kind: "modbus-rtu", baud: 9600, parity: "even" },
      { ...line, kind: "modbus-rtu-tcp", baud: 19_200, echo: true },
      { ...line, kind: "dlt645", baud: 2400, parity: "even" },
      { ...line, kind: "dlt645-tcp", baud: 2400, parity: "even", turnaroundMs: 50 },
    ]);
  });

  it("tellsEveryProblemOfALinkWithItsFix", () => {
    const text = GOOD.replace(
      "{ id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: 1502 }",
      "{ id: bus-1, kind: modbus-rtu, path: COM3, baud: 9601, parity: mark, stopBits: 3, timeoutMs: 1 }",
    );
    const problems = [
      /links\[0\]\.path: .*write a device file/,
      /links\[0\]\.baud: .*choose of 600, 1200/,
      /links\[0\]\.parity/,
      /links\[0\]\.stopBits: .*write 1 or 2/,
      /links\[0\]\.timeoutMs/,
    ];
    for (const problem of problems) expect(() => parse(text)).toThrow(problem);
  });

  it("refusesASecondLinkOnOneSerialPort", () => {
    const text = GOOD.replace(
      "devices:",
      `  - { id: rtu, kind: modbus-rtu, path: /dev/ttyS1 }
  - { id: meters, kind: dlt645, path: /dev/ttyS1 }
devices:`,
    );
    expect(() => parse(text)).toThrow(/links\[2\]\.path: use the link that this endpoint already has/);
  });

  it("wantsTheKindOfAddressThatGoesWithTheLink", () => {
    const onDlt645 = GOOD.replace(
      "kind: modbus-tcp, host: 127.0.0.1, port: 1502",
      "kind: dlt645, path: /dev/ttyS1",
    );
    const problems = [
      /devices\[0\]\.link: choose a link that speaks modbus/,
      /devices\[0\]\.address: write its 12 digits/,
      /devices\[0\]\.unit: leave it out/,
      /devices\[1\]\.address/,
    ];
    for (const problem of problems) expect(() => parse(onDlt645)).toThrow(problem);
    expect(() => parse(GOOD.replace("unit: 1, ", 'address: "000000000161", '))).toThrow(
      /devices\[0\]\.unit: write its unit[\s\S]*devices\[0\]\.address: leave it out/,
    );
    expect(() => parse(GOOD.replace("unit: 1, ", "address: 161, "))).toThrow(/devices\[0\]\.address/);
  });

  it("takesLoopsOnCurrentInputsOnly", () => {
    const loop = "{ kind: voc, unit: ppm, low: 0, high: 20 }";
    const device = (field: string, point: string, meaning: string) =>
      `${GOOD}  - { id: ai, link: bus-1, unit: 3, profile: waveshare/modbus-rtu-analog-input-8ch, intervalMs: 1000, supply: auxiliary, ${field}: { ${point}: ${meaning} } }\n`;
    expect(parse(device("loops", "ai1", loop)).devices[2]?.loops).toMatchObject({ ai1: { decimals: 1 } });
    expect(() => parse(device("loops", "ai9", loop))).toThrow(/devices\[2\]\.loops\.ai9: choose of ai1, ai2/);
    expect(() => parse(device("loops", "ai1", loop.replace("20", "0")))).toThrow(
      /devices\[2\]\.loops\.ai1\.high/,
    );
    expect(() => parse(device("sealLoops", "ai1", "{ supplyV: 24 }"))).toThrow(/sealLoops\.ai1/);
  });
});
