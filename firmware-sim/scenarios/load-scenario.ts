import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfigFile, parseConfig } from "@sealwatch/platform";
import { z } from "zod";
import { simulatorError } from "../errors.ts";
import { idSchema } from "../plant/plant-config.ts";
import { type Scenario, type Site, scenarioSchema, siteSchema } from "./scenario-schema.ts";

const FILE_END = ".yaml";
const WORKSHOP = "two-reactor-workshop";

/** The names of the scenarios that ship, in alphabetical order. */
export function scenarioNames(): readonly string[] {
  return readdirSync(scenarioFolder())
    .filter((file) => file.endsWith(FILE_END))
    .map((file) => file.slice(0, -FILE_END.length))
    .sort();
}

/** The names of those at the closed workshop, where what happens must raise an alert or none. */
export function workshopScenarioNames(): readonly string[] {
  return scenarioNames().filter((name) => loadScenario(name).site === WORKSHOP);
}

/** Reads and checks a scenario and its site. Throws SCENARIO_UNKNOWN, CONFIG_UNREADABLE or CONFIG_INVALID. */
export function loadScenario(name: string): Scenario {
  const names = scenarioNames();
  if (!names.includes(name)) throw simulatorError("SCENARIO_UNKNOWN", { name, names: names.join(", ") });
  const file = join(scenarioFolder(), name + FILE_END);
  return parseScenario(readFileSync(file, "utf8"), file);
}

/** As loadScenario, from text; `file` only names the source in messages. */
export function parseScenario(text: string, file: string): Scenario {
  const { site: siteName } = parseConfig(text, z.looseObject({ site: idSchema }), file);
  const site = loadSite(siteName);
  const { devices = site.devices, instruments, ...scenario } = parseConfig(text, scenarioSchema(site), file);
  const present = devices.filter(({ id }) => instruments?.includes(id) ?? true);
  return { ...scenario, ...site, devices: present };
}

/** A site's file may be `like` another: it then gives only what differs, whole sections at a time. */
function loadSite(name: string): Site {
  const file = siteFile(name);
  const { like } = loadConfigFile(file, variableSite);
  return like === undefined
    ? loadConfigFile(file, siteSchema)
    : parseConfig(JSON.stringify(mergedSite(name)), siteSchema, file);
}

const LIKE_DEPTH_MAX = 4;
const variableSite = z.looseObject({
  like: idSchema.optional(),
  plant: z.record(z.string(), z.unknown()).default({}),
});

interface MergedSite {
  readonly plant: Readonly<Record<string, unknown>>;
}

function mergedSite(name: string, depth = 0): MergedSite {
  const { like, plant, ...own } = loadConfigFile(siteFile(name), variableSite);
  if (like === undefined || depth >= LIKE_DEPTH_MAX) return { ...own, plant };
  const base = mergedSite(like, depth + 1);
  return { ...base, ...own, plant: { ...base.plant, ...plant } };
}

function siteFile(name: string): string {
  return join(scenarioFolder(), "sites", name + FILE_END);
}

/** The data stays beside the source; the built file stands one folder deeper. */
function scenarioFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, "scenarios");
}
