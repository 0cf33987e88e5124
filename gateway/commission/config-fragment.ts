import type { LinkConfig } from "../config/link-config.ts";
import type { ProfileMatch } from "./match-profiles.ts";
import type { FoundDevice } from "./scan-line.ts";
import { type LineMode, modeText } from "./scan-plan.ts";
import { inputsNow, proposed } from "./scan-report.ts";
import { linkConfigFor, type ScanTarget } from "./scan-target.ts";

const CONTACTS_INTERVAL_MS = 200;
const OTHERS_INTERVAL_MS = 10_000;

const SEVERAL_MODES = [
  "  # A port has one speed and one protocol: set these devices like the others, or give them (DL/T 645 meters always) a port of their",
  "  # own, then take the # away here and below.",
];

/**
 * YAML for the configuration: the links that were answered and the devices that were recognised; the others as comments. Of several
 * modes on one port the one with the most devices is ready for use.
 */
export function configFragment(target: ScanTarget, found: readonly FoundDevice[]): string {
  if (found.length === 0) return "";
  const modes = [...new Map(found.map(({ mode }) => [modeText(mode), mode])).values()].toSorted(
    (left, right) => devicesIn(right, found).length - devicesIn(left, found).length,
  );
  const parts = modes.map((mode, index) => {
    const id = `bus-${index + 1}`;
    const write = index === 0 ? (line: string) => line : commentedOut;
    return {
      link: write(linkLine(linkConfigFor(target, mode, id))),
      devices: devicesIn(mode, found).flatMap((device) => deviceLines(device, id).map(write)),
    };
  });
  const [first, ...others] = parts;
  const links = [
    first?.link ?? "",
    ...(others.length > 0 ? SEVERAL_MODES : []),
    ...others.map(({ link }) => link),
  ];
  return `${["links:", ...links, "devices:", ...parts.flatMap(({ devices }) => devices)].join("\n")}\n`;
}

function devicesIn(mode: LineMode, found: readonly FoundDevice[]): FoundDevice[] {
  return found.filter((device) => modeText(device.mode) === modeText(mode));
}

function commentedOut(line: string): string {
  return line.replace(/^ {2}(?!#)/, "  # ");
}

function linkLine(link: LinkConfig): string {
  const { id, kind, ...rest } = link;
  const fields = Object.entries({ id, kind, ...rest }).filter(([key, value]) => !isDefault(key, value));
  return `  - { ${fields.map(([key, value]) => `${key}: ${scalar(value)}`).join(", ")} }`;
}

function isDefault(key: string, value: unknown): boolean {
  return key === "timeoutMs" || key === "turnaroundMs" || (key === "echo" && value === false);
}

function deviceLines(device: FoundDevice, link: string): string[] {
  const match = proposed(device);
  const { station } = device;
  const place = typeof station === "number" ? `unit: ${station}` : `address: ${JSON.stringify(station)}`;
  if (!match) return [`  # ${link}, ${place}: not recognised; name its profile here`];
  const { vendor, model } = match.profile;
  const inputs = inputsNow(match);
  return [
    `  - id: ${idOf(match, station)}`,
    `    link: ${link}`,
    `    ${place}`,
    `    profile: ${vendor}/${model}`,
    `    intervalMs: ${inputs.size > 0 ? CONTACTS_INTERVAL_MS : OTHERS_INTERVAL_MS}`,
    "    supply: auxiliary # what powers the device itself: own-feeder, auxiliary or battery",
    ...(isMeter(match) ? ["    # feeder: incomer # what it measures", "    # label: 总进线电表"] : []),
    ...(inputs.size > 0
      ? ["    contacts: # keep the inputs in use; normal is the position while all is well, here as found"]
      : []),
    ...[...inputs].map(
      ([id, now]) => `      ${id}: { role: other, label: ${id}, normal: ${now} } # door, seal, mains-present`,
    ),
  ];
}

function isMeter({ profile }: ProfileMatch): boolean {
  return profile.points.some(({ kind }) => kind === "active-power" || kind === "energy-import");
}

function idOf(match: ProfileMatch, station: number | string): string {
  const kinds = match.profile.points.map(({ kind }) => kind);
  const name = isMeter(match)
    ? "meter"
    : kinds.includes("contact")
      ? "contacts"
      : kinds.includes("voc")
        ? "gas"
        : "sensor";
  return `${name}-${station}`;
}

function scalar(value: unknown): string {
  return typeof value === "string" && !/^[A-Za-z0-9./][A-Za-z0-9./-]*$/.test(value)
    ? JSON.stringify(value)
    : String(value);
}
