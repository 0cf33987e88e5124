import { useState } from "preact/hooks";
import type { Me } from "../../api/contract.ts";
import { type CountyApi, RequestFailure } from "../store/county-api.ts";
import { Bi } from "./bi.tsx";
import { Field } from "./field.tsx";
import { LoneCard } from "./lone-card.tsx";
import { ProblemLine } from "./problem-line.tsx";

/** Name and password, and the six digits once the server asks for them. */
export function SignInForm({ api, onSignedIn }: { api: CountyApi; onSignedIn: (me: Me) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const [problem, setProblem] = useState<RequestFailure | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setIsBusy(true);
    try {
      onSignedIn(await api.signIn(name, password, code));
    } catch (error) {
      const failure = error instanceof RequestFailure ? error : new RequestFailure(0, "", String(error));
      if (failure.code === "CODE_NEEDED") setCode("");
      setProblem(failure.code === "CODE_NEEDED" ? null : failure);
      setIsBusy(false);
    }
  }
  return (
    <LoneCard>
      <form class="sign-in" onSubmit={(event) => void submit(event)}>
        <h1 class="card-title">
          <Bi zh="登录" en="Sign in" />
        </h1>
        <Field id="name" zh="用户名" en="user name" autocomplete="username" value={name} onValue={setName} />
        <Field
          {...{ id: "password", zh: "密码", en: "password", type: "password", value: password }}
          autocomplete="current-password"
          onValue={setPassword}
        />
        {code !== null && (
          <Field
            {...{ id: "code", zh: "动态码（6 位）", en: "six digits", value: code }}
            autocomplete="one-time-code"
            onValue={setCode}
          />
        )}
        <button type="submit" class="button button-main" disabled={isBusy || name === "" || password === ""}>
          <Bi zh="登录" en="Sign in" />
        </button>
        <ProblemLine problem={problem} />
      </form>
    </LoneCard>
  );
}
