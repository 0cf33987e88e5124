import { createHash } from "node:crypto";
import fastify from "fastify";
import { expect, test } from "vitest";
import { registerConsole } from "./console-files.ts";

async function get(url: string, headers: Record<string, string> = {}) {
  const app = fastify();
  await app.register(async (scope) => registerConsole(scope));
  return app.inject({ url, headers });
}

test("thePageCarriesAPolicyThatNamesExactlyItsImportMap", async () => {
  const page = await get("/");
  expect(page.statusCode).toBe(200);
  const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(page.body)?.[1] ?? "none";
  const hash = createHash("sha256").update(map).digest("base64");
  const policy = String(page.headers["content-security-policy"]);
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}'`);
  expect(policy).not.toContain("unsafe");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(page.headers["x-content-type-options"]).toBe("nosniff");
  expect(page.headers["referrer-policy"]).toBe("no-referrer");
});

test("everyAddressThePageNamesIsServed", async () => {
  const page = await get("/");
  const named = [...page.body.matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => String(match[1]));
  expect(named.length).toBeGreaterThan(8);
  for (const url of named) {
    const file = await get(url);
    expect(file.statusCode, url).toBe(200);
    if (url.endsWith(".js")) expect(file.headers["content-type"], url).toContain("text/javascript");
  }
});

test("aFileTheBrowserHoldsIsNotSentAgain", async () => {
  const first = await get("/assets/console/main.js");
  expect(first.headers["content-type"]).toContain("text/javascript");
  const again = await get("/assets/console/main.js", { "if-none-match": String(first.headers.etag) });
  expect(again.statusCode).toBe(304);
  expect(again.body).toBe("");
});

test("nothingOutsideTheListIsServed", async () => {
  for (const url of [
    "/assets/console/../../package.json",
    "/assets/console/tsconfig.json",
    "/assets/vendor/x.js",
  ]) {
    expect((await get(url)).statusCode, url).toBe(404);
  }
});
