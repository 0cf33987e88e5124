import type { CloudConfig } from "../config/cloud-config.ts";
import type { Actor } from "./actor.ts";

/** Who acts where `http.withoutSignIn` lets everybody in: for a demo and for tests, on loopback. Null: nobody may. */
export function openDemoActor(
  { http: { withoutSignIn } }: Pick<CloudConfig, "http">,
  topRegions: readonly { readonly id: string; readonly path: string }[],
): Actor | null {
  if (withoutSignIn.length === 0) return null;
  const grants = topRegions.flatMap(({ id, path }) =>
    withoutSignIn.map((role) => ({ role, region: id, regionPath: path })),
  );
  return { id: "demo", name: "演示 demo", via: "open", grants, scope: null, mustChangePassword: false };
}
