import { useEffect, useState } from "preact/hooks";
import type { Me } from "../api/contract.ts";
import { App } from "./app.tsx";
import { LoadFailure } from "./parts/load-failure.tsx";
import { PasswordForm } from "./parts/password-form.tsx";
import { SignInForm } from "./parts/sign-in-form.tsx";
import { Skeleton } from "./parts/skeleton.tsx";
import type { ConsoleStore } from "./store/console-store.ts";
import { type CountyApi, RequestFailure } from "./store/county-api.ts";

type Door = { readonly me: Me } | "asking" | "signed-out" | RequestFailure;

/** Lets in who is signed in, and asks everybody else to. */
export function Entrance({ api, store }: { api: CountyApi; store: ConsoleStore }) {
  const [door, setDoor] = useState<Door>("asking");
  function enter(me: Me): void {
    setDoor({ me });
    if (!me.mustChangePassword) store.start(me);
  }
  async function ask(): Promise<void> {
    try {
      enter(await api.me());
    } catch (error) {
      const failure = error instanceof RequestFailure ? error : new RequestFailure(0, "", String(error));
      setDoor(failure.status === 401 ? "signed-out" : failure);
    }
  }
  useEffect(() => void ask(), []);
  if (door === "asking") return <Skeleton />;
  if (door instanceof RequestFailure) return <LoadFailure failure={door} onRetry={() => void ask()} />;
  if (door === "signed-out") return <SignInForm api={api} onSignedIn={enter} />;
  if (door.me.mustChangePassword) return <PasswordForm api={api} me={door.me} onChanged={() => void ask()} />;
  return <App store={store} onSignOut={() => void api.signOut().then(() => location.reload())} />;
}
