import { useEffect, useState } from "preact/hooks";
import { RequestFailure } from "./county-api.ts";

/** What was read, or why not; null: not yet. `again` reads it anew, and so does another `key`. */
export interface Reading<Shape> {
  readonly value: Shape | null;
  readonly failure: RequestFailure | null;
  readonly again: () => void;
}

/** Reads once for each key; an answer that comes after the key has changed is dropped. */
export function useRead<Shape>(key: string, read: () => Promise<Shape>): Reading<Shape> {
  const [value, setValue] = useState<Shape | null>(null);
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const [count, setCount] = useState(0);
  useEffect(() => {
    let stale = false;
    read().then(
      (answer) => {
        if (stale) return;
        setValue(answer);
        setFailure(null);
      },
      (error: unknown) => {
        if (!stale)
          setFailure(error instanceof RequestFailure ? error : new RequestFailure(0, "", String(error)));
      },
    );
    return () => {
      stale = true;
    };
  }, [key, count]);
  return { value, failure, again: () => setCount((before) => before + 1) };
}
