import { useState } from "preact/hooks";
import { RequestFailure } from "./county-api.ts";

/** What a form saves: whether it is under way, and why it failed last; null while it did not. */
export interface Saving {
  readonly isBusy: boolean;
  readonly problem: RequestFailure | null;
  /** Saves, and says whether that went well. */
  readonly save: (what: () => Promise<void>) => Promise<boolean>;
}

/** The saving of one form. */
export function useSaving(): Saving {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<RequestFailure | null>(null);
  async function save(what: () => Promise<void>): Promise<boolean> {
    setIsBusy(true);
    setProblem(null);
    try {
      await what();
      return true;
    } catch (error) {
      setProblem(error instanceof RequestFailure ? error : new RequestFailure(0, "", String(error)));
      return false;
    } finally {
      setIsBusy(false);
    }
  }
  return { isBusy, problem, save };
}
