import { readdirSync, readFileSync } from "node:fs";
import { type DeviceProfile, deviceProfilesDirectory, readDeviceProfile } from "@sealwatch/protocols";

/** All profiles that ship of devices on a line, by name in order. Throws CONFIG_INVALID for a broken one. */
export function shippedProfiles(): DeviceProfile[] {
  return readdirSync(deviceProfilesDirectory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.replaceAll("\\", "/").slice(0, -".yaml".length))
    .toSorted()
    .map((name) =>
      readDeviceProfile(name, readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8")),
    )
    .filter(({ partOf }) => !partOf);
}
