import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BodySchema, HOSTILE_TEXTS, hostileBody } from "./hostile-body.fixture.ts";
import { type Person, TestCounty } from "./test-county.fixture.ts";

/** Stands in everything that belongs to the other county: nobody of this one may ever read it. */
const THEIRS = "只在林西";
const REQUESTS = 3_000;

let county: TestCounty;
let people: Person[];
let ids: string[];
let routes: Route[];

interface Route {
  readonly method: string;
  readonly path: string;
  readonly body: BodySchema | null;
  readonly uploads: readonly string[];
  readonly query: readonly string[];
}

beforeAll(async () => {
  const name = (zh: string) => ({ zh, en: zh });
  county = await TestCounty.start({
    // Limits have tests of their own; here every request is to be looked at.
    http: { port: 0, trustProxy: true, requests: { burst: 100_000, perSecond: 10_000 } },
  });
  const root = await county.signIn("root");
  await root.post("/regions", { id: "theirs", parent: "linxi", kind: "township", name: name(`${THEIRS}镇`) });
  const officer = await county.enter("linxi-officer", "county-officer", "linxi");
  const grants = [{ role: "auditor", region: "linxi" }];
  const other = await root.post("/users", { name: "linxi-2", displayName: THEIRS, grants });
  // Those who ask must not be able to disable themselves.
  const clerk = await root.post("/users", {
    ...{ name: "clerk", displayName: "文员", grants: [{ role: "auditor", region: "yunxi" }] },
  });
  await root.post("/sites", siteOf("qingshi-dyes", "qingshi", name("青石染化")));
  const made = await officer.post("/sites", siteOf("linxi-works", "theirs", name(`${THEIRS}化工厂`)));
  if (made.status !== 201) throw new Error(`the other county has no site: ${JSON.stringify(made.body)}`);
  people = [];
  for (const role of ["administrator", "county-officer", "auditor"] as const) {
    people.push(await county.enter(`yunxi-${role}`, role, "yunxi"));
  }
  const things = [
    ...(await enterThings(officer, "linxi-works", "theirs", THEIRS)),
    ...(await enterThings(
      await county.enter("yunxi-2", "county-officer", "yunxi"),
      "qingshi-dyes",
      "yunxi",
      "云溪",
    )),
  ];
  const own = ["qingshi-dyes", "yunxi", "qingshi", clerk.body.user.id, "gw-000001", "1"];
  const foreign = ["linxi-works", "linxi", "theirs", officer.id, other.body.user.id, made.body?.id ?? "x"];
  ids = [...own, ...foreign, ...things, "dongping"];
  routes = await describedRoutes();
}, 180_000);
afterAll(() => county.close());

/** A seal, a permit, a visit, a clue and a user's token at one site; their ids. */
async function enterThings(officer: Person, site: string, region: string, text: string): Promise<string[]> {
  const nowMs = Date.now();
  const seal = { number: `S-${site}`, position: `${text}大门` };
  const permit = {
    kind: "welding",
    approver: text,
    reason: text,
    sites: [site],
    fromMs: nowMs,
    toMs: nowMs + 3_600_000,
  };
  const visit = { site, kind: "check", persons: [officer.id], dueMs: nowMs + 3_600_000, note: text };
  const clue = { kind: "report", region, name: text, text, reporter: { name: text, phone: "13900000000" } };
  const made = [
    await officer.post(`/sites/${site}/seals`, seal),
    await officer.post("/permits", permit),
    await officer.post("/visits", visit),
    await officer.post("/clues", clue),
  ];
  for (const { status, body } of made) if (status !== 201) throw new Error(JSON.stringify(body));
  return made.map(({ body }) => body.id);
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: BodySchema }>> };
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
}

function siteOf(id: string, region: string, name: { zh: string; en: string }) {
  return { id, region, name, formerLoadW: 50_000 };
}

async function describedRoutes(): Promise<Route[]> {
  const { body } = await county.open("GET", "/openapi.json");
  return Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replace("/api/v1", ""),
        body: operation.requestBody?.content["application/json"]?.schema ?? null,
        uploads: Object.keys(operation.requestBody?.content ?? {}).filter(
          (type) => type !== "application/json",
        ),
        query: operation.parameters.flatMap((field) => (field.in === "query" ? [field.name] : [])),
      }))
      // The stream does not end; a session that ends would end the test's.
      .filter(({ path: at, method }) => at !== "/events" && !(at === "/session" && method === "DELETE")),
  );
}

/** One request made of a route: ids of both counties, hostile texts, random and shaped bodies. */
function hostileRequest() {
  const texts = [...HOSTILE_TEXTS, ...ids];
  // Mostly what exists, or nearly everything would end at "there is no such thing".
  const placed = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  );
  return fc.constantFrom(...routes).chain((route) =>
    fc.record({
      route: fc.constant(route),
      who: fc.nat(people.length - 1),
      values: fc.array(placed, { minLength: 3, maxLength: 3 }),
      query: fc.dictionary(fc.constantFrom("limit", "after", ...route.query), fc.constantFrom(...texts), {
        maxKeys: 3,
      }),
      body: hostileBody(route.body, texts),
      bytes: fc.uint8Array({ maxLength: 2_000 }),
      version: fc.constantFrom('"v1"', '"v2"', "*", 'W/"x"', ""),
    }),
  );
}

describe("whatever is asked", () => {
  it("nothingFailsInsideAndNothingOfAnotherCountyIsTold", async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(hostileRequest(), async ({ route, who, values, query, body, bytes, version }) => {
        let next = 0;
        const path = route.path.replaceAll(/\{\w+\}/g, () =>
          encodeURIComponent(wellFormed(values[next++] ?? "x")),
        );
        const search = new URLSearchParams(query).toString();
        const [upload] = route.uploads;
        const headers = {
          ...(version === "" ? {} : { "if-match": version }),
          ...(upload ? { "content-type": upload } : {}),
        };
        const payload = route.method === "GET" ? undefined : upload ? bytes : body;
        const { status, body: told } = await person(who).send(
          route.method,
          `${path}?${search}`,
          payload,
          headers,
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect([route.method, route.path, status, status < 500]).toEqual([
          route.method,
          route.path,
          status,
          true,
        ]);
        expect(typeof told === "string" ? told : JSON.stringify(told)).not.toContain(THEIRS);
      }),
      { numRuns: REQUESTS, verbose: 1 },
    );
    // A run in which everything was refused at the door would prove nothing.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 50);
  }, 180_000);

  it("oversizedBodiesAreRefusedBeforeTheyAreRead", async () => {
    for (const route of routes.filter(({ method }) => method !== "GET")) {
      const [type = "application/json"] = route.uploads;
      const path = route.path.replaceAll(/\{\w+\}/g, "qingshi-dyes");
      const { status } = await person(0).send(route.method, path, new Uint8Array(17 << 20), {
        "content-type": type,
        "if-match": '"v1"',
      });
      expect([route.method, route.path, status]).toEqual([route.method, route.path, 413]);
    }
  }, 180_000);

  it("noPathLeadsOutOfTheApi", async () => {
    for (const path of [
      "/../../cloud.yaml",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/sites/..%2f..%2fdata",
      "//etc/passwd",
    ]) {
      const { status, body } = await person(0).get(path);
      expect([path, [400, 404].includes(status)]).toEqual([path, true]);
      expect(JSON.stringify(body)).not.toMatch(/root:|dataDir/);
    }
  });
});

function person(index: number): Person {
  const found = people[index];
  if (!found) throw new Error("nobody");
  return found;
}

/** A lone surrogate has no UTF-8 form, and so no place in an address. */
function wellFormed(text: string): string {
  return text === "" ? "%" : Buffer.from(text, "utf8").toString("utf8");
}
