import { describe, expect, it } from "vitest";
import { changedLinks, fixedFieldsChanged } from "./config-change.ts";
import { parseGatewayConfig } from "./load-gateway-config.ts";

const TEXT = `
gateway: gw-000001
mode: demo
dataDir: data
broker: { url: "mqtt://127.0.0.1:1883" }
journal: { budgetMb: 100 }
links:
  - { id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: 1502 }
  - { id: bus-2, kind: modbus-rtu, path: /dev/ttyUSB0 }
devices:
  - { id: meter-1, link: bus-1, unit: 1, profile: eastron/sdm630, intervalMs: 10000, supply: own-feeder }
`;
const parse = (text: string) => parseGatewayConfig(text, "/srv/gateway.yaml");
const running = parse(TEXT);
const changed = (from: string, to: string) => parse(TEXT.replace(from, to));

describe("a change of configuration", () => {
  it.each([
    ["gw-000001", "gw-000002", ["gateway"]],
    ["dataDir: data", "dataDir: other", ["dataDir", "keyFile"]],
    ["budgetMb: 100", "budgetMb: 99", ["journal.budgetMb"]],
    ["dataDir: data", "dataDir: data\nkeyFile: other.key", ["keyFile"]],
    ["mode: demo", "mode: test", ["mode"]],
  ])("cannotBeMadeLiveTo %s", (from, to, fields) => {
    expect(fixedFieldsChanged(running, changed(from, to))).toEqual(fields);
  });

  it.each([
    ["unit: 1", "unit: 2"],
    ["1883", "1884"],
    ["port: 1502", "port: 1503"],
    ["dataDir: data", "dataDir: data\nsegments: { everyMs: 60000 }"],
    ["dataDir: data", "dataDir: data\nlimits: { lostAfterMisses: 9 }"],
    ["dataDir: data", "dataDir: data\nearlySegments: { enabled: false }"],
    ["dataDir: data", "# a remark\ndataDir: data"],
  ])("canBeMadeLiveFrom %s to %s", (from, to) => {
    expect(fixedFieldsChanged(running, changed(from, to))).toEqual([]);
  });

  it("namesTheLinksThatAreNewOrSetOtherwise", () => {
    expect(changedLinks(running, running)).toEqual([]);
    expect(changedLinks(running, changed("port: 1502", "port: 1503"))).toEqual(["bus-1"]);
    expect(changedLinks(running, changed("/dev/ttyUSB0", "/dev/ttyUSB1"))).toEqual(["bus-2"]);
    const more = "links:\n  - { id: bus-3, kind: modbus-tcp, host: 127.0.0.1, port: 1 }";
    expect(changedLinks(running, changed("links:", more))).toEqual(["bus-3"]);
  });
});
