import { eastronSdm630 } from "./eastron-sdm630.ts";
import type { RegisterTable } from "./register-table.ts";
import { tvocMultiSensor } from "./tvoc-multi-sensor.ts";
import { waveshareIo8ch } from "./waveshare-io-8ch.ts";

export const MODELS = ["eastron-sdm630", "waveshare-io-8ch", "tvoc-multi-sensor"] as const;

export type Model = (typeof MODELS)[number];

/** Every device that a scenario can place, transcribed from its published map and from nothing else in this repository. */
export const MODEL_TABLES: Readonly<Record<Model, RegisterTable>> = {
  "eastron-sdm630": eastronSdm630,
  "waveshare-io-8ch": waveshareIo8ch,
  "tvoc-multi-sensor": tvocMultiSensor,
};
