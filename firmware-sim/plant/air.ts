import { seededRandom } from "@sealwatch/platform";
import { dailyCosine, HOUR_MS } from "./local-day.ts";
import { ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";
import type { PlantConfig, RhythmConfig } from "./plant-config.ts";

const MINUTE_MS = 60_000;
/** How fast rain makes the air of the workshop damp. */
const WETTING_MS = 2 * HOUR_MS;
/** A millilitre of vapour in a cubic metre is one part in a million. */
const PPB_PER_ML_PER_M3 = 1000;

/** The air of the workshop. */
export interface Air {
  /** Moves on with a constant emission, in millilitres of vapour an hour. */
  advance(fromMs: number, toMs: number, emissionMlPerHour: number, doorOpen: boolean): void;
  /** The weather and the air outside, from now on. */
  setOutside(rainPercent: number, fumesPpb: number): void;
  /** Without the sensor's white noise and its drift with humidity. */
  readonly vocPpb: number;
  temperatureC(atMs: number): number;
  humidityPercent(atMs: number): number;
  co2Ppm(atMs: number): number;
}

/** Well-mixed air: dc/dt = emission/volume - airChanges·(c - background), solved exactly over each step. Starts in balance. */
export function createAir(
  config: PlantConfig["air"],
  utcOffsetMin: number,
  startMs: number,
  seed: number,
): Air {
  const follow = (label: string, rhythm: RhythmConfig) => dailyRhythm(rhythm, utcOffsetMin, seed, label);
  const background = follow("background", config.backgroundPpb);
  const temperature = follow("temperature", config.temperatureC);
  const humidity = follow("humidity", config.humidityPercent);
  const co2 = follow("co2", config.co2Ppm);
  let vocPpb = Math.max(0, background.at(startMs));
  let rainPercent = 0;
  let wetPercent = 0;
  let fumesPpb = 0;
  return {
    get vocPpb() {
      return vocPpb;
    },
    setOutside(rain, fumes) {
      rainPercent = rain;
      fumesPpb = fumes;
    },
    advance(fromMs, toMs, emissionMlPerHour, doorOpen) {
      const changesPerHour = doorOpen ? config.airChangesPerHourOpen : config.airChangesPerHour;
      const outside = Math.max(0, background.meanOver(fromMs, toMs)) + fumesPpb;
      wetPercent = rainPercent + (wetPercent - rainPercent) * Math.exp(-(toMs - fromMs) / WETTING_MS);
      const excess = (emissionMlPerHour / (config.volumeM3 * changesPerHour)) * PPB_PER_ML_PER_M3;
      const steady = outside + excess;
      vocPpb = steady + (vocPpb - steady) * Math.exp((-changesPerHour * (toMs - fromMs)) / HOUR_MS);
      temperature.meanOver(fromMs, toMs);
      humidity.meanOver(fromMs, toMs);
      co2.meanOver(fromMs, toMs);
    },
    temperatureC: temperature.at,
    humidityPercent: (atMs) => Math.min(100, Math.max(0, humidity.at(atMs) + wetPercent)),
    co2Ppm: (atMs) => Math.max(0, co2.at(atMs)),
  };
}

function dailyRhythm(
  { mean, dailyAmplitude, peakHour, noise }: RhythmConfig,
  utcOffsetMin: number,
  seed: number,
  label: string,
) {
  const process = ornsteinUhlenbeck(
    noise.deviation,
    noise.tauMin * MINUTE_MS,
    seededRandom(seed, `air ${label}`),
  );
  const steady = (atMs: number) => mean + dailyAmplitude * dailyCosine(atMs, utcOffsetMin, peakHour);
  return {
    at: (atMs: number) => steady(atMs) + process.value,
    /** Moves the noise on; the daily cosine is taken at mid-step. */
    meanOver: (fromMs: number, toMs: number) => steady((fromMs + toMs) / 2) + process.advance(toMs - fromMs),
  };
}
