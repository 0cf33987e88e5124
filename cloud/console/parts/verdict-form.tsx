import { useState } from "preact/hooks";
import { CASE_VERDICT_WORDS } from "../view/case-words.ts";
import { Bi } from "./bi.tsx";

type Verdict = keyof typeof CASE_VERDICT_WORDS;

/** 甄别判定: what it was, and what that rests on. */
export function VerdictForm({
  visited,
  onVerdict,
}: {
  /** 属实 wants a visit that was recorded. */
  visited: boolean;
  onVerdict: (body: { verdict: Verdict; reason: string }) => void;
}) {
  const [verdict, setVerdict] = useState<Verdict>(visited ? "confirmed" : "false-alarm");
  const [reason, setReason] = useState("");
  return (
    <form
      class="case-verdict"
      onSubmit={(event) => {
        event.preventDefault();
        onVerdict({ verdict, reason: reason.trim() });
      }}
    >
      <fieldset>
        <legend>
          <Bi zh="甄别判定" en="Verdict" />
        </legend>
        {Object.entries(CASE_VERDICT_WORDS).map(([value, words]) => (
          <label key={value}>
            <input
              type="radio"
              name="verdict"
              checked={verdict === value}
              disabled={value === "confirmed" && !visited}
              onChange={() => setVerdict(value as Verdict)}
            />
            <Bi {...words} />
          </label>
        ))}
      </fieldset>
      <label class="field" for="reason">
        <Bi zh="依据" en="what it rests on" />
        <input
          id="reason"
          class="input"
          maxLength={1000}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" disabled={reason.trim() === ""}>
        <Bi zh="写入判定" en="Record the verdict" />
      </button>
    </form>
  );
}
