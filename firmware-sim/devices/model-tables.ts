import { acrelAdl400 } from "./acrel-adl400.ts";
import { acrelAdw300 } from "./acrel-adw300.ts";
import { chintDtsu666 } from "./chint-dtsu666.ts";
import { eastronSdm72 } from "./eastron-sdm72.ts";
import { eastronSdm120 } from "./eastron-sdm120.ts";
import { eastronSdm630 } from "./eastron-sdm630.ts";
import { evikonE2638Pid } from "./evikon-e2638-pid.ts";
import { gavazziVmuMc } from "./gavazzi-vmu-mc.ts";
import { ineproPro380 } from "./inepro-pro380.ts";
import { janitzaB23 } from "./janitza-b23.ts";
import type { RegisterTable } from "./register-table.ts";
import { schneiderIem3155 } from "./schneider-iem3155.ts";
import { tuf2000m } from "./tuf-2000m.ts";
import { tvocMultiSensor } from "./tvoc-multi-sensor.ts";
import { unlistedMeter } from "./unlisted-meter.ts";
import { waveshareAnalog8ch } from "./waveshare-analog-8ch.ts";
import { waveshareIo8ch } from "./waveshare-io-8ch.ts";
import { xyMd02 } from "./xy-md02.ts";

export const MODELS = [
  "eastron-sdm630",
  "eastron-sdm72",
  "eastron-sdm120",
  "chint-dtsu666",
  "schneider-iem3155",
  "acrel-adl400",
  "acrel-adw300",
  "inepro-pro380",
  "janitza-b23",
  "waveshare-io-8ch",
  "waveshare-analog-8ch",
  "tvoc-multi-sensor",
  "evikon-e2638-pid",
  "xy-md02",
  "gavazzi-vmu-mc",
  "tuf-2000m",
  "unlisted-meter",
] as const;

export type Model = (typeof MODELS)[number];

/** Every Modbus device that a scenario can place, transcribed from its published map and from nothing else in this repository. */
export const MODEL_TABLES: Readonly<Record<Model, RegisterTable>> = {
  "eastron-sdm630": eastronSdm630,
  "eastron-sdm72": eastronSdm72,
  "eastron-sdm120": eastronSdm120,
  "chint-dtsu666": chintDtsu666,
  "schneider-iem3155": schneiderIem3155,
  "acrel-adl400": acrelAdl400,
  "acrel-adw300": acrelAdw300,
  "inepro-pro380": ineproPro380,
  "janitza-b23": janitzaB23,
  "waveshare-io-8ch": waveshareIo8ch,
  "waveshare-analog-8ch": waveshareAnalog8ch,
  "tvoc-multi-sensor": tvocMultiSensor,
  "evikon-e2638-pid": evikonE2638Pid,
  "xy-md02": xyMd02,
  "gavazzi-vmu-mc": gavazziVmuMc,
  "tuf-2000m": tuf2000m,
  "unlisted-meter": unlistedMeter,
};
