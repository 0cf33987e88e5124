import { z } from "zod";
import { deviceConfigSchema, MAINS_CONTACT } from "../devices/device.ts";
import { idSchema, plantConfigSchema } from "../plant/plant-config.ts";

const DEVICES_MAX = 32;
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

/** A site: its physics and its instruments, shared by scenarios. */
export const siteSchema = z
  .strictObject({
    plant: plantConfigSchema,
    devices: z.array(deviceConfigSchema).min(1, "give at least one device").max(DEVICES_MAX),
  })
  .superRefine(({ plant, devices }, context) => {
    const wireable = [...plant.contacts, MAINS_CONTACT];
    for (const [index, device] of devices.entries()) {
      if (devices.findIndex(({ unit }) => unit === device.unit) < index)
        context.addIssue({ code: "custom", path: ["devices", index, "unit"], message: "this unit is taken" });
      for (const [input, contact] of device.inputs.entries())
        if (!wireable.includes(contact))
          context.addIssue({
            code: "custom",
            path: ["devices", index, "inputs", input],
            message: `write one of ${wireable.join(", ")}`,
          });
    }
    for (const [index, door] of plant.air.doors.entries())
      if (!plant.contacts.includes(door))
        context.addIssue({
          code: "custom",
          path: ["plant", "air", "doors", index],
          message: `write one of ${plant.contacts.join(", ")}`,
        });
  });

export type Site = z.output<typeof siteSchema>;

const timelineAction = z.strictObject({
  /** After the anchor: the start, or the trigger. */
  at: duration,
  do: z.enum(["start", "stop", "open", "close", "power-off", "power-on", "silence", "restore"]),
  what: idSchema,
});

export type TimelineAction = z.output<typeof timelineAction>;

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
      timeline: z.array(timelineAction).max(ACTIONS_MAX),
      truth,
    })
    .superRefine(({ timeline, truth: { restart, restartAt } }, context) => {
      for (const [index, action] of timeline.entries()) {
        const known = targetsOf(action, site);
        if (!known.includes(action.what))
          context.addIssue({
            code: "custom",
            path: ["timeline", index, "what"],
            message: `write one of ${known.join(", ")}`,
          });
      }
      if (restart !== (restartAt !== undefined))
        context.addIssue({
          code: "custom",
          path: ["truth", "restartAt"],
          message: restart ? 'say when it restarts, such as "5s"' : "leave it out: nothing restarts",
        });
    });
}

export type Scenario = z.output<ReturnType<typeof scenarioSchema>> & Site;

function targetsOf(action: TimelineAction, { plant, devices }: Site): readonly string[] {
  switch (action.do) {
    case "start":
    case "stop":
      return plant.machines.map(({ id }) => id);
    case "open":
    case "close":
      return plant.contacts;
    case "power-off":
    case "power-on":
      return ["mains"];
    case "silence":
    case "restore":
      return devices.map(({ id }) => id);
  }
}
