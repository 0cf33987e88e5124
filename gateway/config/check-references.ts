import { messageOf } from "@sealwatch/platform";
import { type DevicePoint, type DeviceProfile, isModbusPoint } from "@sealwatch/protocols";
import type { z } from "zod";
import type { DeviceDraft } from "./device-config.ts";
import { endpointOf, type LinkConfig, protocolOf } from "./link-config.ts";

/** Channels of one gateway: what its first segment can carry. */
const CHANNELS_MAX = 2_000;

/** Finds a device's profile and checks that what it names exists; null after a problem was told to `context`. */
export function checkDevice(
  device: DeviceDraft,
  profileOf: (name: string) => DeviceProfile,
  context: z.RefinementCtx,
): DeviceProfile | null {
  let profile: DeviceProfile;
  try {
    profile = profileOf(device.profile);
  } catch (error) {
    context.addIssue({ code: "custom", path: ["profile"], message: messageOf(error) });
    return null;
  }
  const points: readonly DevicePoint[] = profile.points;
  const measured = points.filter(({ kind }) => kind !== "contact").map(({ id }) => id);
  const inputs = points.filter(({ kind }) => kind === "contact").map(({ id }) => id);
  (device.points ?? []).forEach((point, index) => {
    if (!measured.includes(point)) unknown(["points", index], measured);
  });
  for (const point of Object.keys(device.contacts)) {
    if (!inputs.includes(point)) unknown(["contacts", point], inputs);
  }
  const currents = points.filter((point) => isModbusPoint(point) && point.loop).map(({ id }) => id);
  for (const field of ["loops", "sealLoops"] as const) {
    for (const point of Object.keys(device[field] ?? {})) {
      if (!currents.includes(point)) unknown([field, point], currents);
    }
  }
  for (const point of Object.keys(device.loops ?? {})) {
    if (device.sealLoops?.[point])
      context.addIssue({
        code: "custom",
        path: ["sealLoops", point],
        message: "it is one of loops too: choose",
      });
  }
  if (measured.length === 0 && Object.keys(device.contacts).length === 0) {
    const message = `name the inputs in use, of ${inputs.join(", ")}`;
    context.addIssue({ code: "custom", path: ["contacts"], message });
  }
  return profile;

  function unknown(path: (string | number)[], known: readonly string[]): void {
    context.addIssue({
      code: "custom",
      path,
      message: `choose of ${known.join(", ") || "nothing: it has none"}`,
    });
  }
}

/** The parts of a configuration that name each other. */
interface Linked {
  readonly mode: string;
  readonly clock: { readonly source: string };
  readonly broker?: object | undefined;
  readonly faults?: object | undefined;
  readonly links: readonly LinkConfig[];
  readonly devices: readonly {
    readonly id: string;
    readonly link: string;
    readonly unit?: number | undefined;
    readonly address?: string | undefined;
    /** Still a name where something else is wrong with the device. */
    readonly profile: DeviceProfile | string;
    readonly points?: readonly string[] | undefined;
    readonly contacts: object;
  }[];
}

/** Checks what no single field can know: names that must exist, and names and addresses that must differ. */
export function checkReferences(config: Linked, context: z.RefinementCtx): void {
  const problem = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  if (config.clock.source === "step-socket" && config.mode === "production")
    problem(["clock", "source"], "write system, or set mode to demo or test");
  if (config.broker && "url" in config.broker && config.mode === "production")
    problem(["broker", "url"], "leave broker out and enrol: without mutual TLS only modes demo and test");
  if (config.faults && config.mode !== "test") problem(["faults"], "leave it out, or set mode to test");
  eachRepeated(
    config.links,
    ({ id }) => id,
    (index) => problem(["links", index, "id"], "choose a name of its own"),
  );
  eachRepeated(config.links, endpointOf, (index, link) =>
    problem(
      ["links", index, "path" in link ? "path" : "chip" in link ? "chip" : "port"],
      "use the link that this endpoint already has: all its devices share it",
    ),
  );
  eachRepeated(
    config.devices,
    ({ id }) => id,
    (index) => problem(["devices", index, "id"], "choose a name of its own"),
  );
  eachRepeated(
    config.devices,
    ({ link, unit, address }) => `${link} ${unit ?? address}`,
    (index, { unit }) =>
      problem(
        ["devices", index, unit === undefined ? "address" : "unit"],
        "choose the address of one device only on this link",
      ),
  );
  config.devices.forEach((device, index) => {
    const link = config.links.find(({ id }) => id === device.link);
    if (!link)
      problem(["devices", index, "link"], `choose of ${config.links.map(({ id }) => id).join(", ")}`);
    else checkStation(device, link, (field, message) => problem(["devices", index, field], message));
  });
  const channels = config.devices.reduce((sum, device) => sum + channelCount(device), 0);
  if (channels > CHANNELS_MAX)
    problem(["devices"], `choose at most ${CHANNELS_MAX} points in all, not ${channels}`);
}

/** A device must speak its link's protocol, and have the kind of address that goes with it. */
function checkStation(
  { unit, address, profile, contacts }: Linked["devices"][number],
  link: LinkConfig,
  problem: (field: string, message: string) => void,
): void {
  const protocol = protocolOf(link.kind);
  if (typeof profile === "object" && profile.protocol !== protocol)
    problem("link", `choose a link that speaks ${profile.protocol}: ${link.id} is ${link.kind}`);
  if (typeof profile === "object") checkPart(profile, contacts, link, problem);
  if (link.kind === "gpio" || link.kind === "power-supply") {
    if (unit !== undefined) problem("unit", `leave it out: a ${link.kind} link has one device`);
    if (address !== undefined) problem("address", `leave it out: a ${link.kind} link has one device`);
    return;
  }
  const needed = protocol === "modbus" ? "unit" : "address";
  const other = protocol === "modbus" ? "address" : "unit";
  const has = { unit: unit !== undefined, address: address !== undefined };
  if (!has[needed])
    problem(needed, protocol === "modbus" ? "write its unit, 0 to 255" : "write its 12 digits, in quotes");
  if (has[other]) problem(other, `leave it out: a ${link.kind} link knows devices by their ${needed}`);
}

/** A part of the gateway has a link of its kind; of its inputs only those with a line can be read. */
function checkPart(
  { partOf }: DeviceProfile,
  contacts: object,
  link: LinkConfig,
  problem: (field: string, message: string) => void,
): void {
  const isPart = link.kind === "gpio" || link.kind === "power-supply";
  if (partOf && partOf !== link.kind) problem("link", `choose a ${partOf} link: ${link.id} is ${link.kind}`);
  else if (isPart && !partOf)
    problem("profile", `write ${PART_PROFILES[link.kind]}: ${link.id} is ${link.kind}`);
  if (link.kind !== "gpio") return;
  const lines = Object.keys(link.lines);
  const dark = Object.keys(contacts).filter((input) => !lines.includes(input));
  if (dark.length > 0)
    problem("contacts", `give ${dark.join(", ")} a line of link ${link.id}, which has ${lines.join(", ")}`);
}

const PART_PROFILES = { gpio: "generic/gpio-contacts", "power-supply": "linux/power-supply" } as const;

function channelCount({ points, profile, contacts }: Linked["devices"][number]): number {
  const offered = typeof profile === "object" ? profile.points : [];
  const measured = points?.length ?? offered.filter(({ kind }) => kind !== "contact").length;
  return measured + Object.keys(contacts).length;
}

function eachRepeated<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  tell: (index: number, item: T) => void,
): void {
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) tell(index, item);
    seen.add(key);
  });
}
