import { Bi } from "./bi.tsx";
import { SignedForm } from "./signed-form.tsx";

interface AcceptFormProps {
  /** Days that the plotted band was learned over. */
  days: number;
  /** Who signed in, by name; null where nobody does. */
  knownName: string | null;
  onAccept: (by: string) => Promise<void>;
}

/** Puts the plotted baseline to a person. */
export function AcceptForm({ days, knownName, onAccept }: AcceptFormProps) {
  return (
    <SignedForm
      id="accepted-by"
      button={{ zh: "我看过曲线，接受基线", en: "Accept" }}
      isMain
      knownName={knownName}
      onSign={onAccept}
    >
      <Bi
        zh={`图中的常态带由 ${days} 天的记录学得。只有确认这些天工厂确实停产，才可以接受；接受之后，偏离它就是迹象。`}
        en={`The plotted band was learned over ${days} days. Accept it only if the plant was truly stopped then; after that, leaving it is a sign of activity.`}
      />
    </SignedForm>
  );
}
