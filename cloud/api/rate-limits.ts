import type { Clock } from "@sealwatch/platform";
import { TokenBuckets } from "../gate/token-buckets.ts";
import type { Route } from "./route.ts";

const KEYS_MAX = 10_000;
/** Password checks cost 50 ms of a core each and are what guessing needs. */
const BEFORE_SIGN_IN = { burst: 20, perSecond: 0.5, keysMax: KEYS_MAX };

/** How often somebody may ask. */
export class RateLimits {
  readonly #ordinary: TokenBuckets;
  readonly #beforeSignIn: TokenBuckets;

  /** `ordinary`: what somebody who is signed in may do. */
  constructor(ordinary: { burst: number; perSecond: number }, clock: Pick<Clock, "monotonicMs">) {
    this.#ordinary = new TokenBuckets({ ...ordinary, keysMax: KEYS_MAX }, clock);
    this.#beforeSignIn = new TokenBuckets(BEFORE_SIGN_IN, clock);
  }

  /** Milliseconds until the request may come again; 0: it may now. */
  take(route: Pick<Route, "guard" | "method">, who: string, address: string): number {
    const strict = route.guard === "anyone" && route.method !== "GET";
    return strict ? this.#beforeSignIn.take(address) : this.#ordinary.take(who);
  }
}
