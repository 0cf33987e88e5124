import { TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLES, type Role } from "../access/policy.ts";
import { type Person, TestCounty } from "./test-county.fixture.ts";

let county: TestCounty;
let root: Person;
const people = new Map<Role, Person>();

beforeAll(async () => {
  county = await TestCounty.start({
    sites: [
      {
        id: "qingshi-dyes",
        name: { zh: "青石染化", en: "Qingshi Dyes" },
        township: "青石",
        formerLoadW: 6e4,
        gateways: [],
      },
    ],
  });
  root = await county.signIn("root");
  for (const role of ROLES) people.set(role, await county.enter(`yunxi-${role}`, role, "yunxi"));
}, 180_000);
afterAll(() => county.close());

const as = (role: Role): Person => {
  const person = people.get(role);
  if (!person) throw new Error(role);
  return person;
};

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[] | "anyone" | "signed-in";
}

async function operations(): Promise<Operation[]> {
  const { body } = await county.open("GET", "/openapi.json");
  return Object.entries<Record<string, { description: string }>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description }]) => ({
      method: method.toUpperCase(),
      path: path.replace("/api/v1", "").replaceAll(/\{\w+\}/g, "nowhere"),
      roles: description.startsWith("Roles:")
        ? description.slice(7, -1).split(", ")
        : description === "Anyone."
          ? ("anyone" as const)
          : ("signed-in" as const),
    })),
  );
}

describe("every route × every role", () => {
  it("whoIsNotSignedInGetsNowhere", async () => {
    for (const { method, path, roles } of await operations()) {
      if (roles === "anyone") continue;
      const { status, body } = await county.open(method, path, method === "GET" ? undefined : {});
      expect([method, path, status, body.code]).toEqual([method, path, 401, "SIGN_IN_NEEDED"]);
    }
  });

  it("aRoleWithoutThePermissionIsForbiddenAndOneWithItIsNot", async () => {
    for (const { method, path, roles } of await operations()) {
      // The stream never ends, and a session that ended could not go on.
      if (typeof roles === "string" || path === "/events") continue;
      for (const role of ROLES) {
        const { status, body } = await as(role).send(method, path, method === "GET" ? undefined : {});
        const forbidden = status === 403 && body.code === "FORBIDDEN";
        expect([method, path, role, forbidden]).toEqual([method, path, role, !roles.includes(role)]);
        expect(status).toBeLessThan(500);
      }
    }
  });
});

describe("signing in", () => {
  it("wantsAPasswordOfOnesOwnFirst", async () => {
    const { body } = await root.post("/users", {
      ...{ name: "Li.Wei", displayName: "李伟", grants: [{ role: "county-officer", region: "yunxi" }] },
    });
    const first = await county.signIn("li.wei", body.password);
    expect((await first.get("/sites")).body.code).toBe("PASSWORD_CHANGE_NEEDED");
    const weak = await first.post("/session/password", { current: body.password, next: "li.wei12345" });
    expect([weak.status, weak.body.code]).toEqual([422, "PASSWORD_WEAK"]);
    await county.signInFirst("li.wei", body.password);
    expect((await (await county.signIn("LI.WEI")).get("/sites")).status).toBe(200);
  });

  it("locksAfterFiveWrongPasswordsAndTheRightOneIsRefusedToo", async () => {
    await county.enter("guessed", "installer", "yunxi");
    const attempt = (password: string) => county.open("POST", "/session", { name: "guessed", password });
    for (let n = 0; n < 5; n++) expect((await attempt("wrong")).status).toBe(401);
    const refused = await attempt("四个彻底-翻墙三查-2026");
    expect(refused.body.code).toBe("ACCOUNT_LOCKED");
    expect(refused.body.detail).toContain(` ${refused.headers.get("retry-after")} s`);
  });

  it("saysTheSameOfAWrongNameAndAWrongPassword", async () => {
    const told = async (name: string) =>
      (await county.open("POST", "/session", { name, password: "x" })).body;
    expect(await told("nobody-here")).toEqual(await told("yunxi-auditor"));
  });

  it("takesEachOneTimeCodeOnce", async () => {
    const person = await county.enter("with-code", "installer", "yunxi");
    const { body } = await person.post("/session/code");
    const at = (periods: number) =>
      new TOTP({ secret: body.secret }).generate({ timestamp: Date.now() + periods * 30_000 });
    // One code, kept: half a minute later another is valid.
    const code = at(0);
    expect((await person.send("PUT", "/session/code", { secret: body.secret, code })).status).toBe(204);
    const open = (code: string | null) =>
      county.open("POST", "/session", { name: "with-code", password: "四个彻底-翻墙三查-2026", code });
    expect((await open(null)).body.code).toBe("CODE_NEEDED");
    expect((await open(code)).body.code).toBe("CODE_WRONG");
    expect((await open(at(1))).status).toBe(200);
  });

  it("aSessionEndsWhenItsUserIsDisabledOrSignsOut", async () => {
    const person = await county.enter("leaving", "installer", "yunxi");
    const user = (await root.get(`/users/${person.id}`)).body;
    expect((await root.patch(`/users/${person.id}`, user.version, { disabled: true })).status).toBe(200);
    expect((await person.get("/session")).status).toBe(401);
    expect(
      (await county.open("POST", "/session", { name: "leaving", password: "四个彻底-翻墙三查-2026" })).status,
    ).toBe(401);
    const other = await county.enter("signing-out", "installer", "yunxi");
    expect((await other.send("DELETE", "/session")).status).toBe(204);
    expect((await other.get("/session")).status).toBe(401);
  });
});

describe("requests from elsewhere", () => {
  it("whatChangesSomethingWantsTheTokenOfTheSessionsPage", async () => {
    const forged = await as("administrator").post("/tokens", {}, { "x-csrf-token": "" });
    expect([forged.status, forged.body.code]).toEqual([403, "CSRF_REFUSED"]);
    const foreign = await as("administrator").post("/tokens", {}, { "sec-fetch-site": "cross-site" });
    expect([foreign.status, foreign.body.code]).toEqual([403, "CSRF_REFUSED"]);
  });

  it("answersCannotBeFramedSniffedOrCached", async () => {
    const { headers } = await as("auditor").get("/sites");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("API tokens", () => {
  it("mayDoTheirScopeUntilTheyAreRevokedAndMakeNoOthers", async () => {
    const officer = as("county-officer");
    const order = {
      label: "export",
      permissions: ["site.read", "user.edit"],
      expiresMs: Date.now() + 600_000,
    };
    const { body } = await officer.post("/tokens", order);
    const by = (method: string, path: string) =>
      county.open(method, path, method === "GET" ? undefined : {}, { authorization: `Bearer ${body.token}` });
    expect((await by("GET", "/sites")).status).toBe(200);
    // Its user has no such role; naming it in the scope gives nothing.
    expect((await by("POST", "/users")).status).toBe(403);
    expect((await by("GET", "/regions")).status).toBe(403);
    expect(
      (await county.open("POST", "/tokens", order, { authorization: `Bearer ${body.token}` })).status,
    ).toBe(403);
    expect((await officer.send("DELETE", `/tokens/${body.id}`)).status).toBe(204);
    expect((await by("GET", "/sites")).status).toBe(401);
  });
});

describe("the tree", () => {
  it("nobodySeesOrEntersBeyondTheirPart", async () => {
    const admin = as("administrator");
    const { body } = await admin.get("/regions");
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["yunxi", "baihe", "qingshi"]);
    const region = {
      id: "laoshan",
      parent: "linxi",
      kind: "township",
      name: { zh: "老山镇", en: "Laoshan" },
    };
    expect((await admin.post("/regions", region)).status).toBe(404);
    const user = { name: "spy", displayName: "x", grants: [{ role: "auditor", region: "linxi" }] };
    expect((await admin.post("/users", user)).status).toBe(404);
    const above = { ...user, grants: [{ role: "auditor", region: "dongping" }] };
    expect((await admin.post("/users", above)).status).toBe(404);
  });

  it("nobodyEditsThoseWhoAreAboveThem", async () => {
    const both = await root.post("/users", {
      ...{
        name: "both",
        displayName: "两县",
        grants: ["yunxi", "linxi"].map((region) => ({ role: "auditor", region })),
      },
    });
    const { id, version } = both.body.user;
    const edit = await as("administrator").patch(`/users/${id}`, version, { disabled: true });
    expect([edit.status, (await as("administrator").get(`/users/${root.id}`)).status]).toEqual([404, 404]);
  });

  it("anEditWantsTheVersionThatWasReadAndTheSameCreationTwiceIsOne", async () => {
    const region = {
      id: "shuangta",
      parent: "yunxi",
      kind: "township",
      name: { zh: "双塔镇", en: "Shuangta" },
    };
    const key = { "idempotency-key": "first-of-its-kind" };
    const first = await root.post("/regions", region, key);
    const again = await root.post("/regions", region, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    const other = await root.post("/regions", { ...region, id: "other" }, key);
    expect([other.status, other.body.code]).toEqual([422, "KEY_REUSED"]);
    const name = { zh: "双塔街道", en: "Shuangta" };
    expect((await root.send("PATCH", "/regions/shuangta", { name })).status).toBe(428);
    expect((await root.patch("/regions/shuangta", 1, { name })).body.version).toBe(2);
    expect((await root.patch("/regions/shuangta", 1, { name })).status).toBe(412);
  });
});

describe("secrets", () => {
  it("areToldOnceAndKeptNowhereForASecondAnswer", async () => {
    const key = { "idempotency-key": "enter-somebody" };
    const user = { name: "told.once", displayName: "x", grants: [{ role: "auditor", region: "yunxi" }] };
    const first = await root.post("/users", user, key);
    const again = await root.post("/users", user, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, { ...first.body, password: null }]);
    expect(first.body.password).toHaveLength(14);
    const order = { label: "t", permissions: ["site.read"], expiresMs: Date.now() + 600_000 };
    const made = await as("auditor").post("/tokens", order, { "idempotency-key": "make-a-token" });
    const repeated = await as("auditor").post("/tokens", order, { "idempotency-key": "make-a-token" });
    expect(repeated.body).toEqual({ ...made.body, token: null });
  });
});

describe("the audit log", () => {
  it("holdsEveryActAndItsChainIsWhole", async () => {
    const { body } = await as("auditor").get("/audit?limit=200");
    const actions = body.items.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(["session.open", "user.enter", "password.change", "token.make"]),
    );
    expect(JSON.stringify(body)).not.toContain("四个彻底");
  });
});
