import { decodeModbusRequest, encodeExceptionResponse } from "@sealwatch/protocols";
import { z } from "zod";
import type { Plant } from "../plant/plant.ts";
import { idSchema } from "../plant/plant-config.ts";
import { MODEL_TABLES, MODELS } from "./model-tables.ts";
import { registerImage } from "./register-image.ts";
import type { Quantity } from "./register-table.ts";

const INPUTS_MAX = 8;
/** The contact that is closed while the mains is there. */
export const MAINS_CONTACT = "mains-present";

/** One device of a site, as a scenario file gives it. */
export const deviceConfigSchema = z.strictObject({
  id: idSchema,
  unit: z.number().int().min(1, "units are 1 to 247").max(247, "units are 1 to 247"),
  model: z.enum(MODELS),
  /** `mains`: goes dark with the line it measures. */
  supply: z.enum(["mains", "battery"]),
  /** Contacts by input number, for a contact module; the inputs after the last one are not wired. */
  inputs: z.array(idSchema).max(INPUTS_MAX, "a contact module has 8 inputs").default([]),
});

export type DeviceConfig = z.output<typeof deviceConfigSchema>;

/** A device on the line. */
export interface Device {
  readonly id: string;
  readonly unit: number;
  /** A fault on command: it stops answering, and comes back. */
  silence(on: boolean): void;
  /** The response PDU to a request PDU, or null when nobody answers. The plant must stand at the right time. */
  answer(pdu: Uint8Array): Uint8Array | null;
}

/** Wires a device to the plant it measures. */
export function createDevice(config: DeviceConfig, plant: Plant): Device {
  const image = registerImage(MODEL_TABLES[config.model], (quantity) => showing(quantity, config, plant));
  let silent = false;
  return {
    id: config.id,
    unit: config.unit,
    silence(on) {
      silent = on;
    },
    answer(pdu) {
      if (silent || (config.supply === "mains" && !plant.mainsPresent)) return null;
      const request = decodeModbusRequest(pdu);
      if ("exception" in request) return encodeExceptionResponse(request.functionCode, request.exception);
      return image.answer(request);
    },
  };
}

function showing(quantity: Quantity, config: DeviceConfig, plant: Plant): number {
  if (quantity === "unitAddress") return config.unit;
  if (isInput(quantity)) return contactValue(config.inputs[INPUT_NUMBER[quantity]], plant);
  return plant.measurands[quantity];
}

const INPUT_NUMBER = {
  input0: 0,
  input1: 1,
  input2: 2,
  input3: 3,
  input4: 4,
  input5: 5,
  input6: 6,
  input7: 7,
} as const;

function isInput(quantity: Quantity): quantity is keyof typeof INPUT_NUMBER {
  return quantity in INPUT_NUMBER;
}

/** 1 is closed. An input that nothing is wired to is open. */
function contactValue(contact: string | undefined, plant: Plant): number {
  if (contact === undefined) return 0;
  const closed = contact === MAINS_CONTACT ? plant.mainsPresent : plant.contactClosed(contact);
  return closed ? 1 : 0;
}
