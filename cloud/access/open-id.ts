import { readFileSync } from "node:fs";
import { messageOf } from "@sealwatch/platform";
import type * as OpenId from "openid-client";
import { z } from "zod";
import type { OidcConfig } from "../config/cloud-config.ts";
import { cloudError } from "../errors.ts";

/** An attempt that was begun: the browser brings it back in a cookie, sealed by nothing, since it proves nothing by itself. */
const attemptSchema = z.strictObject({
  state: z.string().max(100),
  nonce: z.string().max(100),
  verifier: z.string().max(200),
});

/** Whom the provider vouches for. */
export interface OpenIdPerson {
  /** Issuer and subject: what never changes. */
  readonly subject: string;
  /** The address, if the provider has verified it. */
  readonly email: string | null;
}

/** What the provider is asked with. */
interface Door {
  readonly client: typeof OpenId;
  readonly provider: OpenId.Configuration;
}

/** Sign-in through an OpenID Connect provider: authorization code with PKCE (RFC 7636), state and nonce. */
export class OpenIdDoor {
  readonly #config: OidcConfig;
  readonly #back: string;
  readonly #insecure: boolean;
  #door: Promise<Door> | null = null;

  /** `back`: our own address of the callback. `insecure`: http:// is taken, for tests. */
  constructor(config: OidcConfig, back: string, insecure: boolean) {
    this.#config = config;
    this.#back = back;
    this.#insecure = insecure;
  }

  /** Where to send the browser, and what it must bring back. Throws OPENID_UNAVAILABLE. */
  async begin(): Promise<{ url: string; attempt: string }> {
    const { client, provider } = await this.#open();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(provider, {
      redirect_uri: this.#back,
      scope: "openid email",
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return { url: url.href, attempt: JSON.stringify({ state, nonce, verifier }) };
  }

  /** Who came back. Throws OPENID_REFUSED for what was not begun here, was altered, or the provider does not confirm. */
  async finish(search: string, attempt: string): Promise<OpenIdPerson> {
    const begun = attemptSchema.safeParse(parseJson(attempt));
    if (!begun.success)
      throw cloudError("OPENID_REFUSED", { why: "the sign-in was not begun in this browser" });
    const { client, provider } = await this.#open();
    const { state, nonce, verifier } = begun.data;
    try {
      const tokens = await client.authorizationCodeGrant(provider, new URL(`${this.#back}${search}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw cloudError("OPENID_REFUSED", { why: "the provider names nobody" });
      // Where the token itself leaves it out, the provider tells it apart (OpenID Connect Core §5.4).
      const told =
        "email" in claims ? claims : await client.fetchUserInfo(provider, tokens.access_token, claims.sub);
      const { email, email_verified: verified } = told;
      return {
        subject: `${claims.iss} ${claims.sub}`,
        email: verified === true && typeof email === "string" ? email.toLowerCase() : null,
      };
    } catch (cause) {
      throw cloudError("OPENID_REFUSED", { why: messageOf(cause) }, cause);
    }
  }

  /** The library and the provider's description, read when somebody first asks, and again if that failed. */
  #open(): Promise<Door> {
    this.#door ??= this.#discover().catch((cause: unknown) => {
      this.#door = null;
      throw cloudError("OPENID_UNAVAILABLE", { issuer: this.#config.issuer, why: messageOf(cause) }, cause);
    });
    return this.#door;
  }

  async #discover(): Promise<Door> {
    const { issuer, clientId, clientSecretFile } = this.#config;
    const client = await import("openid-client");
    const secret = readFileSync(clientSecretFile, "utf8").trim();
    const options = this.#insecure ? { execute: [client.allowInsecureRequests] } : {};
    return {
      client,
      provider: await client.discovery(new URL(issuer), clientId, secret, undefined, options),
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
