import { useEffect, useRef, useState } from "preact/hooks";
import type { AlertView } from "../../api/contract.ts";
import { openAlerts } from "../view/alert-order.ts";
import { LEVEL_WORDS } from "../view/words.ts";

/** Speaks an alert that is new, or has risen, to a screen reader. Alerts that were there at the start are not spoken. */
export function AlertAnnouncer({ alerts }: { alerts: readonly AlertView[] | null }) {
  const known = useRef<ReadonlySet<string> | null>(null);
  const [spoken, setSpoken] = useState("");
  useEffect(() => {
    if (alerts === null) return;
    const open = openAlerts(alerts);
    const before = known.current;
    known.current = new Set([...(before ?? []), ...open.map(keyOf)]);
    const fresh = before === null ? undefined : open.find((alert) => !before.has(keyOf(alert)));
    if (fresh !== undefined) setSpoken(`监测提示等级 ${LEVEL_WORDS[fresh.level].zh}：${fresh.sentence.zh}`);
  }, [alerts]);
  return (
    <div class="hidden-text" aria-live="assertive" lang="zh">
      {spoken}
    </div>
  );
}

function keyOf(alert: AlertView): string {
  return `${alert.id} ${alert.level}`;
}
