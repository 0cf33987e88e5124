import { messageOf } from "@sealwatch/platform";
import type { DeviceProfile } from "@sealwatch/protocols";
import type { z } from "zod";
import type { DeviceDraft } from "./device-config.ts";

/** Channels of one gateway: what its first segment can carry. */
const CHANNELS_MAX = 1_000;

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
  const measured = profile.points.filter(({ kind }) => kind !== "contact").map(({ id }) => id);
  const inputs = profile.points.filter(({ kind }) => kind === "contact").map(({ id }) => id);
  (device.points ?? []).forEach((point, index) => {
    if (!measured.includes(point)) unknown(["points", index], measured);
  });
  for (const point of Object.keys(device.contacts)) {
    if (!inputs.includes(point)) unknown(["contacts", point], inputs);
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
  readonly links: readonly { readonly id: string; readonly host: string; readonly port: number }[];
  readonly devices: readonly {
    readonly id: string;
    readonly link: string;
    readonly unit: number;
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
  eachRepeated(
    config.links,
    ({ id }) => id,
    (index) => problem(["links", index, "id"], "choose a name of its own"),
  );
  eachRepeated(
    config.links,
    ({ host, port }) => `${host}:${port}`,
    (index) =>
      problem(["links", index, "port"], "use the link that this endpoint already has: it shares one socket"),
  );
  eachRepeated(
    config.devices,
    ({ id }) => id,
    (index) => problem(["devices", index, "id"], "choose a name of its own"),
  );
  eachRepeated(
    config.devices,
    ({ link, unit }) => `${link} ${unit}`,
    (index) => problem(["devices", index, "unit"], "choose the unit of one device only on this link"),
  );
  const links = config.links.map(({ id }) => id);
  config.devices.forEach(({ link }, index) => {
    if (!links.includes(link)) problem(["devices", index, "link"], `choose of ${links.join(", ")}`);
  });
  const channels = config.devices.reduce((sum, device) => sum + channelCount(device), 0);
  if (channels > CHANNELS_MAX)
    problem(["devices"], `choose at most ${CHANNELS_MAX} points in all, not ${channels}`);
}

function channelCount({ points, profile, contacts }: Linked["devices"][number]): number {
  const offered = typeof profile === "object" ? profile.points : [];
  const measured = points?.length ?? offered.filter(({ kind }) => kind !== "contact").length;
  return measured + Object.keys(contacts).length;
}

function eachRepeated<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  tell: (index: number) => void,
): void {
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) tell(index);
    seen.add(key);
  });
}
