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
import { INCOMER, idSchema, minuteOfDay, plantConfigSchema } from "../plant/plant-config.ts";
import { CONDITION_VERBS, isCondition, WHOLE_SITE } from "../plant/site-conditions.ts";

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
  .strictObject({
    plant: plantConfigSchema,
    devices: devicesSchema,
    /** Supplies that were cut by order, as the county holds it: `incomer`, `water`. */
    declaredCut: z.array(idSchema).max(DEVICES_MAX).default([]),
  })
  .superRefine((site, context) => {
    for (const { path, message } of [...deviceProblems(site), ...doorProblems(site), ...loadProblems(site)])
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
  const feeders = feedersOf(plant);
  return devices.flatMap((device, index): Problem[] => [
    ...devices
      .slice(0, index)
      .filter((other) => sameAddress(other, device))
      .map(() => ({
        path: ["devices", index, device.unit === undefined ? "address" : "unit"],
        message: "it is taken",
      })),
    ...(feeders.includes(device.feeder)
      ? []
      : [{ path: ["devices", index, "feeder"], message: `write one of ${feeders.join(", ")}` }]),
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

function feedersOf(plant: Site["plant"]): readonly string[] {
  return [INCOMER, ...plant.feeders.map(({ id }) => id)];
}

/** Loads and machines that hang on a feeder which the plant does not have. */
function loadProblems({ plant }: Site): readonly Problem[] {
  const feeders = feedersOf(plant);
  const { idle, machines, occasional, heater } = plant;
  const rows = [
    ...idle.loads.map(({ feeder }, index) => ({ path: ["plant", "idle", "loads", index], feeder })),
    ...machines.map(({ feeder }, index) => ({ path: ["plant", "machines", index], feeder })),
    ...occasional.map(({ feeder }, index) => ({ path: ["plant", "occasional", index], feeder })),
    ...(heater ? [{ path: ["plant", "heater"], feeder: heater.feeder }] : []),
  ];
  return rows
    .filter(({ feeder }) => !feeders.includes(feeder))
    .map(({ path }) => ({ path: [...path, "feeder"], message: `write one of ${feeders.join(", ")}` }));
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

const REPEATS_MAX = 1000;
/** A timeline; what is written with `every` and `times` becomes that many actions. */
const timelineSchema = z
  .array(
    timelineAction.extend({
      every: duration.optional(),
      times: z.number().int().min(1).max(REPEATS_MAX).default(1),
    }),
  )
  .max(ACTIONS_MAX)
  .transform((rows) =>
    rows.flatMap(({ every = 0, times, ...action }): TimelineAction[] =>
      Array.from({ length: times }, (_, index) => ({ ...action, at: action.at + index * every })),
    ),
  );

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

/** A gateway loses its own power, its network, or its time (by `value` seconds). */
const gatewayAction = z.strictObject({
  at: duration,
  do: z.enum(["power-off", "power-on", "offline", "online", "clock-jump"]),
  value: z.number().int().min(-86_400).max(86_400).optional(),
});

/** A permit for work, an authorised visit, a notice that an instrument is exchanged. */
const countyEntry = z.strictObject({
  at: duration,
  until: duration,
  enter: z.enum(["permit", "visit", "notice"]),
  /** What it is about: a device, a door, or the whole site. */
  what: idSchema.default("site"),
});

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
      timeline: timelineSchema,
      /** What happened while the baseline was learned; its anchor is the beginning of the first day. */
      learning: timelineSchema.optional(),
      /** What befalls the gateway itself; only who simulates gateways looks at it. */
      gateway: z.array(gatewayAction).max(ACTIONS_MAX).default([]),
      /** What the county entered: known beforehand to whoever judges. */
      county: z.array(countyEntry).max(ACTIONS_MAX).default([]),
      /** Which of the site's devices there are; all unless told. */
      instruments: z.array(idSchema).min(1).max(DEVICES_MAX).optional(),
      /** Local time at which the timeline begins, about; any unless told. */
      startsAt: minuteOfDay.optional(),
      /** How long to watch after the anchor. */
      watchFor: duration.default(UNIT_MS.d),
      truth,
    })
    .superRefine(({ devices, timeline, instruments = [], truth: { restart, restartAt } }, context) => {
      const ids = (devices ?? site.devices).map(({ id }) => id);
      for (const [index, id] of instruments.entries())
        if (!ids.includes(id))
          context.addIssue({
            code: "custom",
            path: ["instruments", index],
            message: `write one of ${ids.join(", ")}`,
          });
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

export type Scenario = Omit<z.output<ReturnType<typeof scenarioSchema>>, "devices" | "instruments"> & Site;

function problemsOf(action: SiteAction, site: Site): readonly { path: string; message: string }[] {
  const known = targetsOf(action, site);
  const problems = known.includes(action.what)
    ? []
    : [{ path: "what", message: `write one of ${known.join(", ")}` }];
  const { do: verb, value } = action;
  if (isCondition(verb) && CONDITION_VERBS[verb] && value === undefined)
    return [...problems, { path: "value", message: `write one: ${verb} takes a number` }];
  if (value === undefined) return problems;
  const bounds = isCondition(verb)
    ? CONDITION_VERBS[verb]
    : isDeviceFault(verb) || isLineFault(verb)
      ? faultValueOf(verb satisfies FaultVerb)
      : null;
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
    case "sag":
      return ["mains"];
    case "scale":
      return [...plant.machines, ...plant.idle.loads, ...plant.occasional].map(({ id }) => id);
    case "bypass":
    case "unbypass":
      return [...plant.machines.map(({ id }) => id), WHOLE_SITE];
    case "rain":
      return ["weather"];
    case "fumes":
      return ["outside"];
    case "tap":
      return ["water"];
    case "restore":
      return [...deviceIds, LINE];
  }
}
