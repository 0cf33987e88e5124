import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadConfigFile, parseConfig } from "./config-file.ts";

const schema = z.strictObject({
  port: z.int("write a port number").max(65_535, "write at most 65535"),
  devices: z.array(z.strictObject({ unit: z.int("write the unit's address") })),
});

describe("configuration", () => {
  it("everyProblemIsToldAtOnceWithItsPathAndFix", () => {
    const text = "port: 99999\ndevices:\n  - unit: one\n  - unit: 2\n    colour: red\n";
    expect(() => parseConfig(text, schema, "a.yaml")).toThrow(
      /CONFIG_INVALID: a\.yaml has 3 problem[\s\S]*port: write at most 65535 \(found 99999\)[\s\S]*devices\[0\]\.unit: write the unit's address \(found "one"\)[\s\S]*devices\[1\]/,
    );
  });

  it("brokenYamlIsOneClearLine", () => {
    expect(() => parseConfig("port: [1", schema, "a.yaml")).toThrow(
      /CONFIG_UNREADABLE: cannot read a\.yaml: [^\n]+$/,
    );
  });

  it("aMissingFileIsOneClearLine", () => {
    expect(() => loadConfigFile("/nowhere/a.yaml", schema)).toThrow(/cannot read \/nowhere\/a\.yaml: ENOENT/);
  });
});
