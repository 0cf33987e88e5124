import { z } from "zod";

const MACHINES_MAX = 32;
const IDLE_LOADS_MAX = 32;
const CONTACTS_MAX = 32;
const FEEDERS_MAX = 8;
/** The feeder that carries all others; what names none hangs on it. */
export const INCOMER = "incomer";

/** Ids of machines, contacts and devices in scenario files. */
export const idSchema = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'write an id such as "gate-door"');

const onFeeder = idSchema.default(INCOMER);
const positive = z.number().positive("write a number above 0");
const notNegative = z.number().nonnegative("write 0 or more");
const powerFactor = z.number().min(0.05).max(1, "write a power factor from 0.05 to 1");
const hour = z.number().min(0).max(24, "write an hour from 0 to 24");
/** A local time, as minutes since midnight. */
export const minuteOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a local time such as "18:40"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** Correlated noise; the deviation is in the unit of what it disturbs. */
const correlatedNoise = z.strictObject({ deviation: notNegative, tauMin: positive });
/** A cosine over the day around a mean, with correlated noise on top. */
const rhythm = z.strictObject({
  mean: z.number(),
  dailyAmplitude: notNegative,
  peakHour: hour,
  noise: correlatedNoise,
});

const idleLoad = z.strictObject({
  id: idSchema,
  powerW: positive,
  powerFactor,
  phase: z.enum(["L1", "L2", "L3", "all"]),
  feeder: onFeeder,
});

const machine = z.strictObject({
  id: idSchema,
  feeder: onFeeder,
  ratedW: positive,
  powerFactor,
  /** Relative share of the load on L1, L2, L3. */
  balance: z.tuple([positive, positive, positive]),
  /** Starting current as a multiple of the rated one, falling to 1/e in `decayS`. */
  inrush: z.strictObject({ multiple: z.number().min(1).max(12), decayS: positive }),
  /** Time constant with which the shaft load comes up, in seconds. */
  runUpS: positive,
  dutyCycle: z.strictObject({
    onMin: positive,
    offMin: notNegative,
    jitterShare: z.number().min(0).max(0.9),
  }),
  /** Fluctuation of the shaft load as a share of it. */
  loadNoise: correlatedNoise,
  /** Vapour set free while it runs, in millilitres of gas an hour. */
  vocMlPerHour: notNegative,
  /** Cooling and process water while it runs, in litres an hour. */
  waterLPerHour: notNegative.default(0),
});

/** A feeder below the incomer. The noise is that of its own idle loads; the incomer's comes on top. */
const feeder = z.strictObject({
  id: idSchema.refine((id) => id !== INCOMER, `write another id: ${INCOMER} carries all feeders`),
  /** What its meter's import register shows at the start. */
  importKwhAtStart: notNegative,
  wander: correlatedNoise,
  noise: correlatedNoise,
  whiteW: notNegative,
});

/** The physics of one site, as a scenario file gives it. */
export const plantConfigSchema = z.strictObject({
  /** What the site drew while it produced, in watts. */
  formerLoadW: positive,
  /** The site's local time, in minutes ahead of UTC: 480 in China. */
  utcOffsetMin: z.number().int().min(-720).max(840),
  /** What the meter's import register shows at the start. */
  importKwhAtStart: notNegative,
  /** Whether the mains is there at the start: not where the power was cut. */
  mainsAtStart: z.boolean().default(true),
  /** What the water meter shows at the start, in cubic metres. */
  waterM3AtStart: notNegative.default(0),
  supply: z.strictObject({
    nominalV: positive,
    sourceOhm: notNegative,
    /** As shares of the nominal voltage. */
    wander: correlatedNoise,
    phaseNoise: correlatedNoise,
    frequencyHz: positive,
    frequencyNoise: correlatedNoise,
  }),
  idle: z.strictObject({
    loads: z.array(idleLoad).min(1, "give at least the gateway's own load").max(IDLE_LOADS_MAX),
    lights: z.strictObject({
      powerW: notNegative,
      powerFactor,
      phase: z.enum(["L1", "L2", "L3", "all"]),
      dusk: minuteOfDay,
      dawn: minuteOfDay,
      jitterMin: z.number().min(0).max(60),
    }),
    /** From day to day. */
    wander: correlatedNoise,
    /** Within the day. */
    noise: correlatedNoise,
    whiteW: notNegative,
  }),
  /** Feeders below the incomer; a load or a machine says on which it hangs. */
  feeders: z.array(feeder).max(FEEDERS_MAX).default([]),
  machines: z.array(machine).max(MACHINES_MAX),
  /** Loads of other occasions, off until a timeline scales them: festival lights, a welder, a kettle. */
  occasional: z.array(idleLoad).max(IDLE_LOADS_MAX).default([]),
  /** A thermostat: always on when it is `spanC` colder than `offAboveC`. A power factor below 1 makes a compressor of it. */
  heater: z
    .strictObject({
      powerW: positive,
      powerFactor: powerFactor.default(1),
      phase: z.enum(["L1", "L2", "L3", "all"]),
      offAboveC: z.number(),
      spanC: positive,
      cycleMin: positive,
      feeder: onFeeder,
    })
    .optional(),
  /** Damp insulation: what leaks for every percent of humidity above a limit. */
  leakage: z
    .strictObject({
      wattsPerPercent: positive,
      abovePercent: notNegative,
      phase: z.enum(["L1", "L2", "L3", "all"]),
    })
    .optional(),
  /** Doors and seals. A closed contact is the normal state. */
  contacts: z.array(idSchema).max(CONTACTS_MAX),
  air: z.strictObject({
    volumeM3: positive,
    airChangesPerHour: positive,
    /** More air changes while any of `doors` stands open. */
    airChangesPerHourOpen: positive,
    doors: z.array(idSchema).max(CONTACTS_MAX),
    backgroundPpb: rhythm,
    vocWhitePpb: notNegative,
    /** What the sensor shows too much for every percent of humidity above the mean. */
    vocPpbPerHumidityPercent: notNegative.default(0),
    temperatureC: rhythm,
    humidityPercent: rhythm,
    co2Ppm: rhythm,
  }),
});

export type PlantConfig = z.output<typeof plantConfigSchema>;
export type MachineConfig = PlantConfig["machines"][number];
export type RhythmConfig = z.output<typeof rhythm>;
export type PhaseChoice = z.output<typeof idleLoad>["phase"];
