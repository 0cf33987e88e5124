import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deviceProfilesDirectory, readDeviceProfile } from "./read-profile.ts";

const textOf = (name: string) => readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8");

function refusal(name: string, change: (text: string) => string): string {
  const text = textOf(name);
  const changed = change(text);
  expect(changed).not.toBe(text);
  try {
    readDeviceProfile(name, changed);
  } catch (error) {
    return String(error);
  }
  throw new Error("was accepted");
}

const METER = "acrel/adl400";
const DLT645 = "generic/dlt645-three-phase";

describe("a profile is refused, naming the field,", () => {
  it.each([
    [
      "for a point inside a forbidden range",
      METER,
      "  holesPerRead: 0",
      "  holesPerRead: 0\n  forbidden: [{ function: 3, from: 0x008E, to: 0x008E }]",
      /points\[\d+\]\.address: lies in a forbidden range/,
    ],
    [
      "for a forbidden range that ends before it begins",
      METER,
      "  holesPerRead: 0",
      "  holesPerRead: 0\n  forbidden: [{ function: 3, from: 2, to: 1 }]",
      /limits\.forbidden\[0\]/,
    ],
    [
      "for a function it says it does not have",
      METER,
      "functions: [3]",
      "functions: [4]",
      /is not one of functions/,
    ],
    [
      "for a check of a point that is not there",
      METER,
      "total: power-total",
      "total: power-sum",
      /checks\[0\].*power-sum/,
    ],
    [
      "for an identity of a point that is not there",
      METER,
      "{ point: frequency",
      "{ point: hertz",
      /identity\.points\[0\].*hertz/,
    ],
    [
      "for a fingerprint that expects nothing",
      METER,
      "{ point: frequency, range: [45, 65] }",
      "{ point: frequency }",
      /identity\.points\[0\]/,
    ],
    ["for an odd number of digits", DLT645, "format: XXX.X,", "format: XXX.XX,", /even number of digits/],
    [
      "for limits of a meter that has no registers",
      DLT645,
      "protocol: dlt645",
      "protocol: dlt645\nlimits: { registersPerRead: 1, bitsPerRead: 1 }",
      /limits/,
    ],
    [
      "for registers of a meter that has none",
      DLT645,
      "identity:",
      "identity:\n  registers: [{ id: a, function: 3, address: 0, type: u16, equals: 1, meaning: b }]",
      /identity\.registers/,
    ],
    [
      "for a value past the longest answer",
      DLT645,
      "offset: 9,",
      "offset: 195,",
      /runs past the longest answer/,
    ],
  ])("%s", (_, name, from, to, message) => {
    expect(refusal(name, (text) => text.replace(from, to))).toMatch(message);
  });
});

describe("docs/device-profiles.md", () => {
  const page = readFileSync(new URL("../../docs/device-profiles.md", import.meta.url), "utf8");

  it("walks through a profile that is one", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const profile = readDeviceProfile(METER, example);
    const [golden] = profile.golden;
    expect(textOf(METER)).toContain(`response: ${golden?.response}`);
  });

  it("explains every key of the profiles that ship", () => {
    const keys = names().flatMap((name) =>
      [...withoutProse(textOf(name)).matchAll(/(?:^|[{ ])(\w+): /gm)].map(([, key]) => key ?? ""),
    );
    const ofValues = new Set(names().flatMap((name) => goldenPoints(name)));
    const unexplained = [...new Set(keys)].filter((key) => !ofValues.has(key) && !page.includes(key));
    expect(unexplained).toEqual([]);
  });

  it("lists every profile that ships", () => {
    const missing = names().filter((name) => !page.includes(name));
    expect(missing).toEqual([]);
  });
});

function names(): string[] {
  return readdirSync(deviceProfilesDirectory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.replace(/\.yaml$/, ""));
}

function goldenPoints(name: string): string[] {
  return readDeviceProfile(name, textOf(name)).golden.flatMap(({ values }) => Object.keys(values));
}

function withoutProse(text: string): string {
  return text.replace(/"[^"\n]*"/g, '""').replace(/#.*$/gm, "");
}
