import { useState } from "preact/hooks";
import { Bi } from "./bi.tsx";
import { LineForm } from "./line-form.tsx";

/** Folded away, for it is rare: the baseline is learned anew, with the reason on record. */
export function RelearnForm({ onRelearn }: { onRelearn: (reason: string) => Promise<void> }) {
  const [isOpen, setIsOpen] = useState(false);
  async function relearn(reason: string): Promise<void> {
    await onRelearn(reason);
    setIsOpen(false);
  }
  return (
    <details class="relearn" open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <Bi zh="重新学习基线" en="Learn the baseline anew" />
      </summary>
      {isOpen && (
        <LineForm
          id="relearn-reason"
          label={{ zh: "理由", en: "reason" }}
          maxLength={200}
          button={{ zh: "作废并重新学习", en: "Learn anew" }}
          onSave={relearn}
        >
          <Bi
            zh="现有基线作废，全部通道从下一条记录起重新学习；以旧基线判定的迹象随之结束，再次确认之前判定为“学习中”。仅在常态确已改变（新增合法用电、更换电表、学习期间曾偷开）时使用，理由记入审计。"
            en="The present baseline is void and all channels learn from the next record on; signs judged against it end, and the site is “learning” until somebody accepts it again. Only where the ordinary state has changed. The reason is audited."
          />
        </LineForm>
      )}
    </details>
  );
}
