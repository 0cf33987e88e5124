import { parseConfig } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { z } from "zod";
import { linkSchema } from "../config/link-config.ts";
import { configFragment } from "./config-fragment.ts";
import type { FoundDevice } from "./scan-line.ts";
import type { LineMode } from "./scan-plan.ts";
import { shippedProfiles } from "./shipped-profiles.ts";

const PORT = { kind: "serial", path: "/dev/ttyS7", echo: false } as const;
const MODBUS: LineMode = { protocol: "modbus", settings: { baud: 9600, parity: "none", stopBits: 1 } };
const METERS: LineMode = { protocol: "dlt645", settings: { baud: 2400, parity: "even", stopBits: 1 } };

const fragmentSchema = z.object({
  links: z.array(linkSchema),
  devices: z.array(z.looseObject({ id: z.string(), link: z.string() })),
});
const parse = (text: string) => parseConfig(text, fragmentSchema, "the fragment");

function found(mode: LineMode, station: number | string, name: string): FoundDevice {
  const profile = shippedProfiles().find(({ vendor, model }) => `${vendor}/${model}` === name);
  if (!profile) throw new Error(`no profile ${name}`);
  const examination = { identification: new Map(), outcomes: new Map() };
  return { mode, station, examination, matches: [{ profile, confidence: 0.9, reasons: [], answers: [] }] };
}

it("aPortWithTwoProtocolsIsConfiguredForTheOneOfMostDevicesAndTheOtherIsExplained", () => {
  const text = configFragment(PORT, [
    found(METERS, "000123456789", "generic/dlt645-three-phase"),
    found(MODBUS, 1, "chint/dtsu666"),
    found(MODBUS, 2, "generic/xy-md02"),
  ]);
  const { links, devices } = parse(text);
  expect(links).toMatchObject([
    { id: "bus-1", kind: "modbus-rtu", path: "/dev/ttyS7", baud: 9600, parity: "none", stopBits: 1 },
  ]);
  expect(devices.map(({ id, link }) => [id, link])).toEqual([
    ["meter-1", "bus-1"],
    ["sensor-2", "bus-1"],
  ]);
  expect(text).toContain("a port of their");
  const uncommented = text.replaceAll(/^ {2}# (?=[- ] )/gm, "  ");
  const both = parse(uncommented);
  expect(both.links).toHaveLength(2);
  expect(both.devices[2]).toMatchObject({ id: "meter-000123456789", link: "bus-2", address: "000123456789" });
});

it("aDeviceThatNobodyKnowsIsAComment", () => {
  const unknown = { ...found(MODBUS, 23, "chint/dtsu666"), matches: [] };
  const text = configFragment(PORT, [found(MODBUS, 1, "chint/dtsu666"), unknown]);
  expect(parse(text).devices).toHaveLength(1);
  expect(text).toContain("# bus-1, unit: 23: not recognised");
});
