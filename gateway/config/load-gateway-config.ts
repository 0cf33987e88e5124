import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { loadConfigFile } from "@sealwatch/platform";
import { type DeviceProfile, deviceProfilesDirectory, readDeviceProfile } from "@sealwatch/protocols";
import { gatewayError } from "../errors.ts";
import { type GatewayConfig, gatewayConfigSchema } from "./gateway-config.ts";

/** A configuration with its paths made absolute. */
export type LoadedConfig = GatewayConfig & { readonly keyFile: string };

/** Reads and checks a configuration, profiles included. Throws CONFIG_UNREADABLE or CONFIG_INVALID. */
export function loadGatewayConfig(file: string): LoadedConfig {
  const config = loadConfigFile(file, gatewayConfigSchema(shippedProfile));
  const home = dirname(resolve(file));
  const dataDir = resolve(home, config.dataDir);
  return { ...config, dataDir, keyFile: resolve(home, config.keyFile ?? join(dataDir, "gateway.key")) };
}

/** A profile that ships with the protocols package. Throws PROFILE_UNKNOWN, CONFIG_INVALID. */
function shippedProfile(name: string): DeviceProfile {
  let text: string;
  try {
    text = readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8");
  } catch (cause) {
    throw gatewayError("PROFILE_UNKNOWN", { name }, cause);
  }
  return readDeviceProfile(name, text);
}
