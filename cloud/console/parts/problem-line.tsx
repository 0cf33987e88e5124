import type { RequestFailure } from "../store/county-api.ts";
import { signInProblem } from "../view/sign-in-words.ts";
import { Bi } from "./bi.tsx";

/** Why what was asked for was not done; nothing while it was. */
export function ProblemLine({ problem }: { problem: RequestFailure | null }) {
  if (problem === null) return null;
  return (
    <p class="accept-problem" role="alert">
      <Bi {...signInProblem(problem)} />
    </p>
  );
}
