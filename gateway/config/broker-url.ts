import { z } from "zod";

const FIX =
  "write mqtt://127.0.0.1:1883 (plaintext is for this machine only; other hosts need mutual TLS, mqtts://, which this version does not speak yet)";

/** Plaintext MQTT, and so loopback only. */
export const brokerUrlSchema = z
  .string()
  .refine(isLoopbackMqtt, FIX)
  .describe("the cloud's MQTT broker, such as mqtt://127.0.0.1:1883");

function isLoopbackMqtt(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === "mqtt:" && loopback && username === "" && password === "";
}
