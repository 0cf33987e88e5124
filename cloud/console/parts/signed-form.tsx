import type { ComponentChildren } from "preact";
import { LineForm } from "./line-form.tsx";

interface SignedFormProps {
  id: string;
  button: { zh: string; en: string };
  isMain?: boolean;
  /** Who signed in, by name; null where nobody does. */
  knownName: string | null;
  onSign: (by: string) => Promise<void>;
  children: ComponentChildren;
}

/** Puts something to a person, who answers with a name: the one who signed in, where people do. */
export function SignedForm({ id, button, isMain = false, knownName, onSign, children }: SignedFormProps) {
  return (
    <LineForm
      id={id}
      label={{ zh: "确认人姓名", en: "your name" }}
      initial={knownName ?? ""}
      isReadOnly={knownName !== null}
      autocomplete="name"
      maxLength={60}
      button={button}
      isMain={isMain}
      onSave={onSign}
    >
      {children}
    </LineForm>
  );
}
