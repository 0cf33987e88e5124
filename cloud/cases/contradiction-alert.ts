import type { AlertView } from "../api/contract.ts";
import type { Database } from "../store/database.ts";
import { loadAlert, storeAlert } from "./alert-book.ts";
import { infoAlert } from "./provisional-alert.ts";

/** Tells a person that a gateway signed two journals for one place; one alert a gateway, which counts. */
export async function recordContradiction(
  db: Database,
  { gateway, site, count, place }: { gateway: string; site: string; count: number; place: string },
  nowMs: number,
): Promise<AlertView> {
  const id = `${site}:journal-contradiction:${gateway}`;
  const before = await loadAlert(db, id);
  const sentence = {
    zh: `网关 ${gateway} 的日志链自相矛盾：同一位置出现两份不同的签名记录（${count} 处，最近 ${place}），已隔离待人核查`,
    en: `gateway ${gateway} signed two different records for one place of its journal (${count}, newest ${place}); kept apart for a person to look at`,
  };
  const fresh = infoAlert(id, site, "journal-contradiction", sentence, nowMs, nowMs);
  const alert = before ? { ...before, sentence, updatedMs: nowMs } : fresh;
  await storeAlert(db, alert, "replica", {
    before,
    proves: [],
    fromJournal: true,
    rebuilding: false,
  });
  return alert;
}
