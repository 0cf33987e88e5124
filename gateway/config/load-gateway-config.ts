import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseConfig, readConfigText } from "@sealwatch/platform";
import { type DeviceProfile, deviceProfilesDirectory, readDeviceProfile } from "@sealwatch/protocols";
import { gatewayError } from "../errors.ts";
import { type GatewayConfig, gatewayConfigSchema } from "./gateway-config.ts";

/** A configuration with its paths made absolute. */
export type LoadedConfig = GatewayConfig & { readonly keyFile: string };

/** A configuration with the text it was read from. */
export interface ConfigSource {
  readonly file: string;
  readonly text: string;
  readonly config: LoadedConfig;
}

/** Reads and checks a configuration, profiles included. Throws CONFIG_UNREADABLE or CONFIG_INVALID. */
export function loadGatewayConfig(file: string): LoadedConfig {
  return openGatewayConfig(file).config;
}

/** As loadGatewayConfig, from text; paths are relative to the folder of `file`. */
export function parseGatewayConfig(text: string, file: string): LoadedConfig {
  return withPaths(parseConfig(text, gatewayConfigSchema(onceEach(shippedProfile)), file), file);
}

/** As loadGatewayConfig, with the text. */
export function openGatewayConfig(path: string): ConfigSource {
  const text = readConfigText(path);
  const file = resolve(path);
  return { file, text, config: parseGatewayConfig(text, path) };
}

function withPaths(config: GatewayConfig, file: string): LoadedConfig {
  const home = dirname(resolve(file));
  const dataDir = resolve(home, config.dataDir);
  return { ...config, dataDir, keyFile: resolve(home, config.keyFile ?? join(dataDir, "gateway.key")) };
}

/** Fifty meters of one model share one profile. */
function onceEach(read: (name: string) => DeviceProfile): (name: string) => DeviceProfile {
  const known = new Map<string, DeviceProfile>();
  return (name) => {
    const profile = known.get(name) ?? read(name);
    known.set(name, profile);
    return profile;
  };
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
