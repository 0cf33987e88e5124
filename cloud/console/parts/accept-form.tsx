import { useState } from "preact/hooks";
import { useSaving } from "../store/use-saving.ts";
import { Bi } from "./bi.tsx";
import { ProblemLine } from "./problem-line.tsx";

interface AcceptFormProps {
  /** Days that the plotted band was learned over. */
  days: number;
  /** Who signed in, by name; null where nobody does. */
  knownName: string | null;
  onAccept: (by: string) => Promise<void>;
}

/** Puts the plotted baseline to a person. */
export function AcceptForm({ days, knownName, onAccept }: AcceptFormProps) {
  const [by, setBy] = useState(knownName ?? "");
  const { isBusy, problem, save } = useSaving();
  function accept(event: Event): void {
    event.preventDefault();
    void save(() => onAccept(by.trim()));
  }
  return (
    <form class="accept" onSubmit={accept}>
      <p class="baseline-text">
        <Bi
          zh={`图中的常态带由 ${days} 天的记录学得。只有确认这些天工厂确实停产，才可以接受；接受之后，偏离它就是迹象。`}
          en={`The plotted band was learned over ${days} days. Accept it only if the plant was truly stopped then; after that, leaving it is a sign of activity.`}
        />
      </p>
      <div class="accept-line">
        <label for="accepted-by">
          <Bi zh="确认人姓名" en="your name" />
        </label>
        <input
          id="accepted-by"
          class="input"
          maxLength={60}
          autocomplete="name"
          value={by}
          readOnly={knownName !== null}
          onInput={(event) => setBy(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main" disabled={isBusy || by.trim() === ""}>
          <Bi zh="我看过曲线，接受基线" en="Accept" />
        </button>
      </div>
      <ProblemLine problem={problem} />
    </form>
  );
}
