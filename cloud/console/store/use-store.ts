import { useEffect, useState } from "preact/hooks";
import type { ConsoleState, ConsoleStore } from "./console-store.ts";

/** The store's state, rendering again when it changes. */
export function useStore(store: ConsoleStore): ConsoleState {
  const [state, setState] = useState(store.get());
  useEffect(() => {
    setState(store.get());
    return store.subscribe(() => setState(store.get()));
  }, [store]);
  return state;
}
