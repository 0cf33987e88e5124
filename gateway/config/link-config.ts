import { z } from "zod";
import { linkIdSchema } from "./device-config.ts";

export const portSchema = z.int().min(1).max(65_535);

const BAUDS = [600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const;

/** The inputs of profile generic/gpio-contacts, by address. */
export const GPIO_INPUTS = ["in-1", "in-2", "in-3", "in-4", "in-5", "in-6", "in-7", "in-8"] as const;

const id = linkIdSchema.describe("the link's name, such as bus-1");
const timeoutMs = z.int().min(20).max(30_000).default(1_000);

const endpoint = {
  host: z.string().min(1).describe("address of the device or serial server"),
  timeoutMs: timeoutMs.describe("how long one dial or one answer may take, in real time"),
};

const port = {
  path: z
    .string()
    .regex(/^\/dev\/[A-Za-z0-9._:/+@-]{1,200}$/, "write a device file, such as /dev/serial/by-id/usb-…")
    .describe("the serial port's device file"),
  timeoutMs: timeoutMs.describe("how long a station may take until its answer begins"),
};

/** The line's framing, also behind a serial server, whose own settings must be the same. */
function line(baud: (typeof BAUDS)[number], parity: "none" | "even") {
  return {
    baud: z
      .union(
        BAUDS.map((value) => z.literal(value)),
        { error: `choose of ${BAUDS.join(", ")}` },
      )
      .default(baud)
      .describe("bits a second, as set on every device of the line"),
    parity: z.enum(["none", "even", "odd"]).default(parity),
    stopBits: z.union([z.literal(1), z.literal(2)], { error: "write 1 or 2" }).default(1),
    turnaroundMs: z.int().min(0).max(1_000).default(0).describe("extra silence before each question"),
    echo: z
      .boolean()
      .default(false)
      .describe("the adapter gives back what is sent; an answer counts only behind that echo"),
  };
}

/** Where the kernel shows what it knows of supplies; another folder only where that is copied or mounted. */
const supplyPath = z
  .string()
  .regex(/^\/[A-Za-z0-9._:/@+-]{1,200}$/, "write a folder, such as /sys/class/power_supply/ups-0")
  .describe("the supply's folder, with files such as online, voltage_now and capacity");

const lineOffset = z.int().min(0).max(511);

const gpioLines = z
  .partialRecord(z.enum(GPIO_INPUTS, { error: `choose of ${GPIO_INPUTS.join(", ")}` }), lineOffset)
  .refine((lines) => Object.keys(lines).length > 0, "name at least one, such as in-1: 17")
  .refine(
    (lines) => new Set(Object.values(lines)).size === Object.keys(lines).length,
    "give each input a line of its own",
  );

/** One physical line or endpoint, or something of this computer that is asked like one. */
export const linkSchema = z.discriminatedUnion("kind", [
  z.strictObject({ id, kind: z.literal("modbus-tcp"), ...endpoint, port: portSchema.default(502) }),
  z.strictObject({ id, kind: z.literal("modbus-rtu"), ...port, ...line(9600, "none") }),
  z.strictObject({
    id,
    kind: z.literal("modbus-rtu-tcp"),
    ...endpoint,
    port: portSchema,
    ...line(9600, "none"),
  }),
  z.strictObject({ id, kind: z.literal("dlt645"), ...port, ...line(2400, "even") }),
  z.strictObject({
    id,
    kind: z.literal("dlt645-tcp"),
    ...endpoint,
    port: portSchema,
    ...line(2400, "even"),
  }),
  z.strictObject({
    id,
    kind: z.literal("gpio"),
    chip: z
      .string()
      .regex(/^\/dev\/gpiochip\d{1,3}$/, "write a GPIO chip, such as /dev/gpiochip0")
      .describe("the chip's device file"),
    lines: gpioLines.describe("the chip's line of each input in use, such as in-1: 17"),
    bias: z
      .enum(["pull-up", "pull-down", "as-is"])
      .default("pull-up")
      .describe("the resistor that the chip itself connects"),
    activeLow: z.boolean().default(true).describe("a line at ground is a closed contact"),
    timeoutMs,
  }),
  z.strictObject({ id, kind: z.literal("power-supply"), path: supplyPath }),
]);

export type LinkConfig = Readonly<z.output<typeof linkSchema>>;

/** The protocol that a link's stations speak. */
export function protocolOf(kind: LinkConfig["kind"]): "modbus" | "dlt645" {
  return kind === "dlt645" || kind === "dlt645-tcp" ? "dlt645" : "modbus";
}

/** What a link occupies alone: a device file, or host and port. */
export function endpointOf(link: LinkConfig): string {
  if ("chip" in link) return link.chip;
  return "path" in link ? link.path : `${link.host}:${link.port}`;
}
