/** What people are at the county: 管理员 县级人员 网格员 安装员 审计员. */
export const ROLES = ["administrator", "county-officer", "grid-member", "installer", "auditor"] as const;
export type Role = (typeof ROLES)[number];

const EVERYBODY = ROLES;
const CASE_PEOPLE = ["county-officer", "grid-member"] as const;
const READERS_OF_CASES = ["administrator", "county-officer", "grid-member", "auditor"] as const;

/**
 * Which role may do what, inside the part of the region tree that the role was granted for. This table is the policy: no other place
 * asks for a role. What decides about a site (甄别确认, verdicts, permits, baselines, thresholds) belongs to the county's officers alone:
 * an administrator runs the system and judges nobody.
 */
const PERMISSIONS = {
  "region.read": EVERYBODY,
  "region.edit": ["administrator"],
  "user.read": ["administrator", "auditor"],
  "user.edit": ["administrator"],
  "site.read": EVERYBODY,
  "site.contact": READERS_OF_CASES,
  "site.edit": ["administrator", "county-officer"],
  "site.import": ["administrator", "county-officer"],
  "gateway.read": EVERYBODY,
  "gateway.enrol": ["administrator", "installer"],
  "gateway.revoke": ["administrator"],
  "seal.edit": ["county-officer", "grid-member", "installer"],
  "measure.edit": ["county-officer", "grid-member"],
  "measure.verify": ["county-officer"],
  "baseline.accept": ["county-officer"],
  "threshold.apply": ["county-officer"],
  "permit.read": READERS_OF_CASES,
  "permit.edit": ["county-officer"],
  "case.read": READERS_OF_CASES,
  "case.acknowledge": CASE_PEOPLE,
  "case.assign": ["county-officer"],
  "case.decide": ["county-officer"],
  "disposition.edit": ["county-officer"],
  "visit.record": CASE_PEOPLE,
  "visit.draw": ["county-officer"],
  "template.edit": ["administrator", "county-officer"],
  "clue.read": READERS_OF_CASES,
  "clue.receive": CASE_PEOPLE,
  "clue.handle": ["county-officer"],
  "clue.reporter": ["county-officer"],
  "notify.read": ["administrator", "county-officer", "auditor"],
  "notify.edit": ["administrator"],
  "quality.read": ["administrator", "county-officer", "auditor"],
  "audit.read": ["administrator", "auditor"],
  "system.read": ["administrator", "auditor"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[];

/** True when the role carries the permission. */
export function roleMay(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
