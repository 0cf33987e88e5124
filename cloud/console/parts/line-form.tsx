import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Bilingual } from "../../api/contract.ts";
import { useSaving } from "../store/use-saving.ts";
import { Bi } from "./bi.tsx";
import { ProblemLine } from "./problem-line.tsx";

interface LineFormProps {
  id: string;
  label: Bilingual;
  /** What stands in the line at first. */
  initial?: string;
  isReadOnly?: boolean;
  autocomplete?: string;
  maxLength: number;
  button: Bilingual;
  isMain?: boolean;
  /** What a person should know before. */
  children: ComponentChildren;
  onSave: (text: string) => Promise<void>;
}

/** One line of text that a person saves by one button, and why that failed. */
export function LineForm(props: LineFormProps) {
  const {
    id,
    label,
    initial = "",
    isReadOnly = false,
    autocomplete = "off",
    maxLength,
    button,
    onSave,
  } = props;
  const [text, setText] = useState(initial);
  const { isBusy, problem, save } = useSaving();
  function submit(event: Event): void {
    event.preventDefault();
    void save(() => onSave(text.trim()));
  }
  return (
    <form class="accept" onSubmit={submit}>
      <p class="baseline-text">{props.children}</p>
      <div class="accept-line">
        <label for={id}>
          <Bi {...label} />
        </label>
        <input
          id={id}
          class="input"
          maxLength={maxLength}
          autocomplete={autocomplete}
          value={text}
          readOnly={isReadOnly}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button
          type="submit"
          class={props.isMain === true ? "button button-main" : "button"}
          disabled={isBusy || text.trim() === ""}
        >
          <Bi {...button} />
        </button>
      </div>
      <ProblemLine problem={problem} />
    </form>
  );
}
