import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCounty } from "./test-county.fixture.ts";

let folder: string;
let server: Server;
let county: TestCounty;
const PUBLIC_URL = "http://county.example";

/** A real provider; its own sign-in form is answered by whom the test wants to be. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-openid-"));
  writeFileSync(join(folder, "secret"), "of-the-client\n");
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "sealwatch",
        client_secret: "of-the-client",
        redirect_uris: [`${PUBLIC_URL}/api/v1/session/openid/back`],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@yunxi.example`, email_verified: id !== "unverified" }),
    }),
  });
  server.on("request", provider.callback());
  county = await TestCounty.start({
    http: { port: 0, trustProxy: true, publicUrl: PUBLIC_URL },
    oidc: { issuer, clientId: "sealwatch", clientSecretFile: join(folder, "secret") },
  });
  const root = await county.signIn("root");
  for (const name of ["zhao", "unverified"]) {
    const grants = [{ role: "county-officer", region: "yunxi" }];
    await root.post("/users", { name, displayName: name, email: `${name}@yunxi.example`, grants });
  }
}, 180_000);
afterAll(async () => {
  await county.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Cookies of one browser, whatever the host. */
class Jar {
  readonly #cookies = new Map<string, string>();

  async go(url: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const body = form && { method: "POST", body: new URLSearchParams(form) };
    const response = await fetch(url, { redirect: "manual", headers: { cookie }, ...body });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}

/** Goes to the provider, signs in there, and returns the address to which it sends the browser back. */
async function signInThere(jar: Jar, who: string): Promise<string> {
  let url = (await jar.go(`${county.base}/session/openid`)).headers.get("location") ?? "";
  for (let step = 0; step < 12 && !url.startsWith(PUBLIC_URL); step++) {
    const response = await jar.go(url);
    const page = await response.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "";
    const next = action ? await jar.go(action, { prompt, login: who, password: "any" }) : response;
    url = new URL(next.headers.get("location") ?? "", url).href;
  }
  return url.replace(`${PUBLIC_URL}/api/v1`, county.base);
}

function codeOf(problem: unknown): unknown {
  return (problem as { code?: unknown }).code;
}

describe("signing in by OpenID", () => {
  it("bindsTheUserOfTheVerifiedAddressAndKnowsThemLater", async () => {
    for (let time = 0; time < 2; time++) {
      const jar = new Jar();
      const back = await jar.go(await signInThere(jar, "zhao"));
      expect([back.status, back.headers.get("location")]).toEqual([302, "/"]);
      const me = await (await jar.go(`${county.base}/session`)).json();
      expect(me).toMatchObject({ name: "zhao", mustChangePassword: false });
    }
  });

  it("refusesWhomTheCountyHasNotEnteredOrWhoseAddressNobodyVerified", async () => {
    for (const who of ["stranger", "unverified"]) {
      const jar = new Jar();
      const back = await jar.go(await signInThere(jar, who));
      expect([who, back.status, codeOf(await back.json())]).toEqual([who, 403, "OPENID_UNKNOWN"]);
    }
  });

  it("refusesAnAnswerThatThisBrowserDidNotAskFor", async () => {
    const back = await signInThere(new Jar(), "zhao");
    const elsewhere = await new Jar().go(back);
    expect([elsewhere.status, codeOf(await elsewhere.json())]).toEqual([401, "OPENID_REFUSED"]);
    const jar = new Jar();
    const altered = (await signInThere(jar, "zhao")).replace(/state=./, "state=_");
    expect((await jar.go(altered)).status).toBe(401);
  });
});
