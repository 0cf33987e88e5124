import { cloudError } from "../errors.ts";
import { type Permission, type Role, roleMay } from "./policy.ts";

/** A role, and the part of the region tree for which somebody has it: the path of its topmost region. */
export interface Grant {
  readonly role: Role;
  readonly region: string;
  readonly regionPath: string;
}

/** How an act came in: a browser's session, an API token, a personal link, the operator's command line, an open demo. */
export type Via = "session" | "token" | "link" | "command" | "open" | "system";

/** Who acts. */
export interface Actor {
  readonly id: string;
  /** The name under which acts are recorded. */
  readonly name: string;
  readonly via: Via;
  readonly grants: readonly Grant[];
  /** What a token may do at most; null: everything its user may. */
  readonly scope: ReadonlySet<Permission> | null;
  /** True while nothing but a new password is taken. */
  readonly mustChangePassword: boolean;
}

/** The topmost region paths inside which the actor has a permission; none: nowhere. For queries. */
export function reach(actor: Actor, permission: Permission): readonly string[] {
  if (actor.scope && !actor.scope.has(permission)) return [];
  const paths = actor.grants.filter(({ role }) => roleMay(role, permission)).map((grant) => grant.regionPath);
  return [...new Set(paths)].filter(
    (path) => !paths.some((other) => other !== path && isWithin(path, other)),
  );
}

/** True when the actor has a permission at a region. */
export function may(actor: Actor, permission: Permission, regionPath: string): boolean {
  return reach(actor, permission).some((path) => isWithin(regionPath, path));
}

/**
 * Refuses what the actor may not do at a region. Throws NOT_VISIBLE (404) where they may not even read, so that nobody learns what
 * other counties have, and FORBIDDEN (403) where they may look and not act.
 */
export function requireAt(
  actor: Actor,
  permission: Permission,
  regionPath: string,
  read: Permission = "site.read",
): void {
  if (may(actor, permission, regionPath)) return;
  if (!may(actor, read, regionPath)) throw cloudError("NOT_VISIBLE");
  throw cloudError("FORBIDDEN", { permission });
}

/** True when a region's path lies in another's part of the tree. Paths end with a slash. */
export function isWithin(path: string, top: string): boolean {
  return path.startsWith(top);
}
