import type { ResultOf } from "@sealwatch/platform";
import { createAccount } from "../access/account-book.ts";
import type { Role } from "../access/policy.ts";
import { appendAudit } from "../audit/audit-log.ts";
import { cloudError } from "../errors.ts";
import type { ADMIN_OPERATIONS } from "./admin-contract.ts";
import type { AdminSubject } from "./admin-subject.ts";

/** Who holds the data folder may enter the first user, whom nobody else could. */
const OPERATOR = { id: "operator", name: "operator", via: "command" } as const;

/** Enters a user from the command line. Throws NAME_TAKEN or REGION_UNKNOWN. */
export function answerUserCreate(
  { db, clock }: Pick<AdminSubject, "db" | "clock">,
  order: { name: string; displayName: string; role: Role; region: string | null },
): Promise<ResultOf<(typeof ADMIN_OPERATIONS)["user-create"]>> {
  const nowMs = clock.wallMs();
  return db.transaction().execute(async (tx) => {
    const top = await tx
      .selectFrom("region")
      .select(["id", "path"])
      .where((where) =>
        order.region === null ? where("parent", "is", null) : where("id", "=", order.region),
      )
      .orderBy("path")
      .executeTakeFirst();
    if (!top) throw cloudError("REGION_UNKNOWN", { region: order.region ?? "(none)" });
    const grants = [{ role: order.role, region: top.id }];
    const entered = { ...order, phone: null, email: null, grants };
    const { account, password } = await createAccount(tx, entered, nowMs);
    await appendAudit(
      tx,
      OPERATOR,
      {
        action: "user.enter",
        subject: `user:${account.id}`,
        regionPath: top.path,
        detail: { name: account.name, grants },
      },
      nowMs,
    );
    return { id: account.id, name: account.name, region: top.id, password };
  });
}
