import { actorOf, findAccount } from "../access/account-book.ts";
import { may } from "../access/actor.ts";
import type { Database } from "../store/database.ts";
import { actOnCase, findCase } from "./case-book.ts";
import { stepOf } from "./case-machine.ts";

/** What became of it: `closed` when nobody needs it any more, `refused` when this user may not (any more). */
export type LinkOutcome = "acknowledged" | "already" | "closed" | "refused";

/** Acknowledges a case for somebody who came by a personal link, with its record and audit entry. Idempotent. */
export async function acknowledgeByLink(
  tx: Database,
  { case: id, user }: { readonly case: string; readonly user: string },
  nowMs: number,
): Promise<LinkOutcome> {
  const [facts, account] = [await findCase(tx, id), await findAccount(tx, user)];
  if (!facts || !account || account.disabledMs !== null) return "refused";
  const actor = actorOf(account, "link");
  if (!may(actor, "case.acknowledge", facts.regionPath)) return "refused";
  if (facts.state === "closed") return "closed";
  if (stepOf(facts.state) >= stepOf("acknowledged")) return "already";
  await actOnCase(tx, facts, { act: "acknowledged" }, { actor, nowMs });
  return "acknowledged";
}
