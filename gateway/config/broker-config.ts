import { z } from "zod";

const FIX =
  "write mqtt://127.0.0.1:1883 (plaintext is for this machine only), or leave broker out and enrol, which brings the address of one with mutual TLS";
const BROKER_PORT = 8883;

/** Plaintext MQTT, and so loopback only. */
const brokerUrlSchema = z
  .string()
  .refine(isLoopbackMqtt, FIX)
  .describe("a broker of this machine, such as mqtt://127.0.0.1:1883; modes demo and test only");

/** Where the broker is, unless the enrolment says it: plaintext on this machine, or another address of the one that was enrolled with. */
export const brokerSchema = z
  .strictObject({
    url: brokerUrlSchema.optional(),
    host: z.string().min(1).max(253).optional().describe("instead of the host that the enrolment names"),
    port: z.int().min(1).max(65_535).optional(),
  })
  .superRefine(({ url, host, port }, context) => {
    const both = url !== undefined && (host !== undefined || port !== undefined);
    if (both) context.addIssue({ code: "custom", path: ["url"], message: "write url, or host and port" });
    if (url === undefined && host === undefined)
      context.addIssue({ code: "custom", path: ["host"], message: "write a host, or leave broker out" });
  })
  .transform(({ url, host = "", port = BROKER_PORT }) => (url === undefined ? { host, port } : { url }));

function isLoopbackMqtt(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === "mqtt:" && loopback && username === "" && password === "";
}
