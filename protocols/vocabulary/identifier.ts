import { z } from "zod";

/** A gateway's name: also its MQTT client id, its certificate's name and one topic level. */
export const gatewayIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$/, "write 3–32 of a–z, 0–9 and -, such as gw-000001");

/** A closed site's stable identifier. */
export const siteIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/, "write 3–64 of a–z, 0–9 and -, such as qingshi-dyes");

/** A device's name within its gateway's configuration. */
export const deviceIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "write 1–31 of a–z, 0–9 and -, such as meter-1");

/** An epoch: 64 random bits in lower-case hex. */
export const epochSchema = z.string().regex(/^[0-9a-f]{16}$/, "must be 16 hexadecimal digits");

/** A SHA-256 in lower-case hex. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits");
