import { useState } from "preact/hooks";
import type { Me } from "../../api/contract.ts";
import { type CountyApi, RequestFailure } from "../store/county-api.ts";
import { Bi } from "./bi.tsx";
import { Field } from "./field.tsx";
import { LoneCard } from "./lone-card.tsx";
import { ProblemLine } from "./problem-line.tsx";

/** The password that was handed out is for one sign-in: now one of one's own. */
export function PasswordForm(props: { api: CountyApi; me: Me; onChanged: () => void }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [problem, setProblem] = useState<RequestFailure | null>(null);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    try {
      await props.api.changePassword(current, next);
      props.onChanged();
    } catch (error) {
      setProblem(error instanceof RequestFailure ? error : new RequestFailure(0, "", String(error)));
    }
  }
  const field = { type: "password", autocomplete: "new-password" } as const;
  return (
    <LoneCard>
      <form class="sign-in" onSubmit={(event) => void submit(event)}>
        <h1 class="card-title">
          <Bi zh={`${props.me.name}，请先设置自己的密码`} en="choose a password of your own" />
        </h1>
        <Field
          {...{ id: "current", zh: "刚才用的密码", en: "the one just used", value: current }}
          type="password"
          autocomplete="current-password"
          onValue={setCurrent}
        />
        <Field
          {...{ ...field, id: "next", zh: "新密码（至少 10 个字符）", en: "new, 10 characters or more" }}
          value={next}
          onValue={setNext}
        />
        <Field {...{ ...field, id: "again", zh: "再输一次", en: "again", value: again }} onValue={setAgain} />
        <button type="submit" class="button button-main" disabled={next.length < 10 || next !== again}>
          <Bi zh="保存" en="Save" />
        </button>
        <ProblemLine problem={problem} />
      </form>
    </LoneCard>
  );
}
