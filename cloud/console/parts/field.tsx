import { Bi } from "./bi.tsx";

interface FieldProps {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: "text" | "password";
  readonly autocomplete: "username" | "current-password" | "new-password" | "one-time-code";
}

/** One line to write in, with its name above it. */
export function Field({ id, zh, en, value, onValue, type = "text", autocomplete }: FieldProps) {
  const attributes = {
    ...{ id, value, class: "input", maxLength: 128 },
    autocomplete,
    onInput: (event: { currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  };
  return (
    <label class="field" for={id}>
      <Bi zh={zh} en={en} />
      {type === "password" ? <input {...attributes} type="password" /> : <input {...attributes} />}
    </label>
  );
}
