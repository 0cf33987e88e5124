import { z } from "zod";
import { loopId } from "../devices/current-loop.ts";
import { deviceConfigSchema, MAINS_CONTACT } from "../devices/device-config.ts";
import {
  DEVICE_FAULT_VERBS,
  type FaultVerb,
  faultValueOf,
  isDeviceFault,
  isLineFault,
  LINE,
  LINE_FAULT_VERBS,
} from "../devices/fault.ts";
import { PLANT_VERBS } from "../plant/plant.ts";
import { idSchema, plantConfigSchema } from "../plant/plant-config.ts";

const DEVICES_MAX = 64;
const ACTIONS_MAX = 1000;
const UNIT_MS = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type DurationUnit = keyof typeof UNIT_MS;

/** A time span such as `12s`, `5min`, `2h` or `1d`, in milliseconds. */
const duration = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3})?(s|min|h|d)$/, 'write a time span such as "12s", "5min" or "2h"')
  .transform((text) => {
    const [, amount = "0", unit = "s"] = /^([\d.]+)(.+)$/.exec(text) ?? [];
    return Math.round(Number(amount) * UNIT_MS[unit as DurationUnit]);
  });

const devicesSchema = z.array(deviceConfigSchema).min(1, "give at least one device").max(DEVICES_MAX);

/** A site: its physics and its instruments, shared by scenarios. */
export const siteSchema = z
  .strictObject({ plant: plantConfigSchema, devices: devicesSchema })
  .superRefine((site, context) => {
    for (const { path, message } of [...deviceProblems(site), ...doorProblems(site)])
      context.addIssue({ code: "custom", path: [...path], message });
  });

export type Site = z.output<typeof siteSchema>;
type SiteDevice = Site["devices"][number];

interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function deviceProblems({ plant, devices }: Site): readonly Problem[] {
  const wireable = [...plant.contacts, MAINS_CONTACT];
  return devices.flatMap((device, index): Problem[] => [
    ...devices
      .slice(0, index)
      .filter((other) => sameAddress(other, device))
      .map(() => ({
        path: ["devices", index, device.unit === undefined ? "address" : "unit"],
        message: "it is taken",
      })),
    ...device.inputs
      .filter((contact) => !wireable.includes(contact))
      .map((contact) => ({
        path: ["devices", index, "inputs", device.inputs.indexOf(contact)],
        message: `write one of ${wireable.join(", ")}`,
      })),
    ...device.loops
      .filter((loop) => "contact" in loop && !plant.contacts.includes(loop.contact))
      .map((loop) => ({
        path: ["devices", index, "loops", device.loops.indexOf(loop)],
        message: `write one of ${plant.contacts.join(", ")}`,
      })),
  ]);
}

function doorProblems({ plant }: Site): readonly Problem[] {
  return plant.air.doors
    .filter((door) => !plant.contacts.includes(door))
    .map((door) => ({
      path: ["plant", "air", "doors", plant.air.doors.indexOf(door)],
      message: `write one of ${plant.contacts.join(", ")}`,
    }));
}

function sameAddress(one: SiteDevice, other: SiteDevice): boolean {
  return one.unit === undefined ? one.address === other.address : one.unit === other.unit;
}

const actionFields = {
  do: z.enum([...PLANT_VERBS, ...DEVICE_FAULT_VERBS, ...LINE_FAULT_VERBS, "restore"]),
  what: idSchema,
  /** What the fault takes: milliseconds, a code, a count, a ratio; see devices/fault.ts. */
  value: z.number().int().optional(),
};

const timelineAction = z.strictObject({
  /** After the anchor: the start, or the trigger. */
  at: duration,
  ...actionFields,
});

export type TimelineAction = z.output<typeof timelineAction>;

const siteAction = z.strictObject(actionFields);

/** Something done to the plant, a device or the line. */
export type SiteAction = z.output<typeof siteAction>;

/** An action given on its own, for what `site` has. */
export function siteActionSchema(site: Site) {
  return siteAction.superRefine((action, context) => {
    for (const { path, message } of problemsOf(action, site))
      context.addIssue({ code: "custom", path: [path], message });
  });
}

/** What really happens, and what a county that watches well must make of it. */
const truth = z.strictObject({
  restart: z.boolean(),
  /** After the anchor, in milliseconds once parsed. */
  restartAt: duration.optional(),
  expect: z.strictObject({
    /** The level that the alert reaches in the end; `none`: no alert at all. */
    level: z.enum(["none", "blue", "yellow", "orange", "red"]),
    reasonsMin: z.number().int().nonnegative(),
  }),
});

/** A scenario file at `site`; an action on something the site does not have is told with what it has. */
export function scenarioSchema(site: Site) {
  return z
    .strictObject({
      name: idSchema,
      title: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
      site: idSchema,
      /** Takes the place of the site's own. */
      devices: devicesSchema.optional(),
      timeline: z.array(timelineAction).max(ACTIONS_MAX),
      truth,
    })
    .superRefine(({ devices, timeline, truth: { restart, restartAt } }, context) => {
      const equipped = devices ? { ...site, devices } : site;
      for (const { path, message } of deviceProblems(equipped))
        context.addIssue({ code: "custom", path: [...path], message });
      for (const [index, action] of timeline.entries())
        for (const { path, message } of problemsOf(action, equipped))
          context.addIssue({ code: "custom", path: ["timeline", index, path], message });
      if (restart !== (restartAt !== undefined))
        context.addIssue({
          code: "custom",
          path: ["truth", "restartAt"],
          message: restart ? 'say when it restarts, such as "5s"' : "leave it out: nothing restarts",
        });
    });
}

export type Scenario = Omit<z.output<ReturnType<typeof scenarioSchema>>, "devices"> & Site;

function problemsOf(action: SiteAction, site: Site): readonly { path: string; message: string }[] {
  const known = targetsOf(action, site);
  const problems = known.includes(action.what)
    ? []
    : [{ path: "what", message: `write one of ${known.join(", ")}` }];
  const { do: verb, value } = action;
  if (value === undefined) return problems;
  const bounds = isDeviceFault(verb) || isLineFault(verb) ? faultValueOf(verb satisfies FaultVerb) : null;
  if (!bounds) return [...problems, { path: "value", message: `leave it out: ${verb} takes none` }];
  if (value >= bounds.min && value <= bounds.max) return problems;
  return [...problems, { path: "value", message: `write a number from ${bounds.min} to ${bounds.max}` }];
}

function targetsOf({ do: verb }: SiteAction, { plant, devices }: Site): readonly string[] {
  const deviceIds = devices.map(({ id }) => id);
  if (isDeviceFault(verb)) return deviceIds;
  if (isLineFault(verb)) return [LINE];
  switch (verb) {
    case "start":
    case "stop":
      return plant.machines.map(({ id }) => id);
    case "open":
    case "close":
      return plant.contacts;
    case "cut":
    case "short":
    case "mend":
      return devices.flatMap(({ loops }) => loops.map(loopId));
    case "power-off":
    case "power-on":
      return ["mains"];
    case "restore":
      return [...deviceIds, LINE];
  }
}
