import { parseConfig } from "@sealwatch/platform";
import { z } from "zod";
import { type DeviceProfile, deviceProfileSchema } from "./device-profile.ts";

/** The folder of the profiles that ship, beside this package's source; built code is one level deeper. */
export const deviceProfilesDirectory: URL = new URL(
  import.meta.url.endsWith(".ts") ? "../device-profiles/" : "../../device-profiles/",
  import.meta.url,
);

/** Names a profile: `<vendor>/<model>`, also its path in deviceProfilesDirectory without `.yaml`. */
export const profileNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,38}\/[a-z0-9][a-z0-9-]{0,38}$/,
    "write <vendor>/<model>, such as eastron/sdm630",
  );

/** Takes the text of `<name>.yaml` for a profile. Throws CONFIG_UNREADABLE or CONFIG_INVALID with every problem at once. */
export function readDeviceProfile(name: string, text: string): DeviceProfile {
  return parseConfig(
    text,
    deviceProfileSchema.refine(({ vendor, model }) => `${vendor}/${model}` === name, {
      message: `vendor and model must spell the file's name, ${name}`,
    }),
    `${name}.yaml`,
  );
}

/** What channels call a profile: `eastron/sdm630@1`. */
export function profileReference({ vendor, model, revision }: DeviceProfile): string {
  return `${vendor}/${model}@${revision}`;
}
