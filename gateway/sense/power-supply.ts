import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@sealwatch/platform";
import { exceptionQuality, QUALITY } from "@sealwatch/protocols";
import { z } from "zod";
import { gatewayError } from "../errors.ts";
import type { ReadImage } from "./image-link.ts";

/** A number of the kernel's, as a line of text (Linux, Documentation/ABI/testing/sysfs-class-power). */
const numberIn = (most: number) =>
  z
    .string()
    .regex(/^\d{1,10}\s*$/)
    .transform(Number)
    .refine((value) => value <= most);
/** 2 is "online, a programmable supply": it feeds too. */
const onlineSchema = numberIn(2);
/** Microvolts. */
const voltageSchema = numberIn(0xffff_fffe);
/** Percent. */
const capacitySchema = numberIn(100);

const READ_DISCRETE_INPUTS = 2;
const READ_INPUT_REGISTERS = 4;
const ILLEGAL_ADDRESS = exceptionQuality(2);
/** What the profile linux/power-supply takes for "not there". */
const ABSENT_REGISTER = 0xffff;

/**
 * A folder of /sys/class/power_supply as the profile linux/power-supply has it: discrete input 0 online; input registers 0 and 1 µV,
 * 2 percent. What the supply lacks, or says in another form, is not present. Rejects with POWER_SUPPLY_UNREADABLE without the folder.
 */
export function powerSupply(folder: string): ReadImage {
  return async ({ functionCode, address, quantity }) => {
    try {
      await stat(folder);
    } catch (cause) {
      throw gatewayError("POWER_SUPPLY_UNREADABLE", { folder, why: messageOf(cause) }, cause);
    }
    if (functionCode === READ_DISCRETE_INPUTS && address === 0 && quantity === 1) {
      const online = await numberOf(join(folder, "online"), onlineSchema);
      return online === null ? { quality: QUALITY.notPresent } : { values: [Math.min(1, online)] };
    }
    if (functionCode !== READ_INPUT_REGISTERS) return { quality: ILLEGAL_ADDRESS };
    const microvolts = await numberOf(join(folder, "voltage_now"), voltageSchema);
    const percent = await numberOf(join(folder, "capacity"), capacitySchema);
    const registers = [
      microvolts === null ? ABSENT_REGISTER : Math.floor(microvolts / 0x10000),
      microvolts === null ? ABSENT_REGISTER : microvolts % 0x10000,
      percent ?? ABSENT_REGISTER,
    ];
    const values = registers.slice(address, address + quantity);
    return values.length === quantity ? { values } : { quality: ILLEGAL_ADDRESS };
  };
}

/** Null where the file is not there, or is not such a number. */
async function numberOf(file: string, schema: z.ZodType<number, string>): Promise<number | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return null;
  }
  return schema.safeParse(text).data ?? null;
}
