import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@sealwatch/platform";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certificateLife } from "./certificate.ts";
import { County, SECRET } from "./county.fixture.ts";
import { readEnrolment } from "./enrolment-file.ts";
import { fileKeyStore } from "./key-store.ts";
import { renewIfDue } from "./renewal.ts";

const main = new URL("../dist/main.js", import.meta.url).pathname;
const CONFIG = `
dataDir: data
links: [{ id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: 1 }]
devices:
  - { id: meter-1, link: bus-1, unit: 1, profile: eastron/sdm630, intervalMs: 1000, supply: auxiliary }
`;

let folder: string;
let county: County;
const dataDir = () => join(folder, "data");
const enrolment = () => readEnrolment(dataDir());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-enrol-"));
  writeFileSync(join(folder, "gateway.yaml"), CONFIG);
  county = await County.found();
  await county.serve();
});
afterEach(() => {
  county.close();
  rmSync(folder, { recursive: true });
});

async function gateway(command: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, command, "--config", join(folder, "gateway.yaml"), ...args]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  const [code] = await once(child, "close");
  return { code: Number(code), ...said };
}
const enrol = (server = county.address, code = county.code) =>
  gateway("enrol", "--server", server, "--code", code);

describe("enrolling", () => {
  it("keepsWhoItIsInOneFileThatOnlyItsOwnerReads", async () => {
    const { code, out } = await enrol();
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^enrolled: gw-000001, at site/),
    });
    expect(enrolment()).toMatchObject({
      gateway: "gw-000001",
      server: county.address,
      cloudKey: county.cloudKey,
    });
    expect(readdirSync(join(dataDir(), "identity"))).toEqual(["enrolment.json"]);
    expect(statSync(join(dataDir(), "identity", "enrolment.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir(), "gateway.key")).mode & 0o777).toBe(0o600);
    expect(county.asked.map(({ path }) => path)).toEqual(["/enrol/v1/ca", "/enrol/v1/claim"]);
    expect(county.asked[1]?.body).toMatchObject({ secret: SECRET });
  });

  it("takesTheTextOfTheQrCode", async () => {
    const text = `sealwatch:enrol?server=${county.address}&code=${county.code}`;
    expect(await gateway("enrol", "--claim", text)).toMatchObject({ code: 0 });
  });

  it("asksNobodyWhenTheSameCodeIsTypedAgain", async () => {
    await enrol();
    county.asked.length = 0;
    expect(await enrol()).toMatchObject({ code: 0, out: expect.stringContaining("enrolled already") });
    expect(county.asked).toEqual([]);
  });

  it("asksNobodyWithACodeThatIsMistyped", async () => {
    const wrong = county.code.replace("7H3K", "7H3X");
    expect(await enrol(county.address, wrong)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/claim code: is mistyped/),
    });
    expect(county.asked).toEqual([]);
  });

  it("tellsAServerOfAnotherCaNothing", async () => {
    const stranger = await County.found();
    await stranger.serve();
    const { code, err } = await enrol(stranger.address);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("CA_PIN_MISMATCH") });
    expect(stranger.asked).toEqual([{ path: "/enrol/v1/ca", body: null }]);
    stranger.close();
  });

  it("tellsNothingToSomebodyWhoOnlyRepeatsTheCa", async () => {
    const stranger = await County.found();
    const between = await County.found();
    county.close();
    // It can show the public certificate of the CA, but not one of that CA's for itself.
    await county.serve(between.server);
    expect(await enrol()).toMatchObject({ code: 1, err: expect.stringContaining("ENROLMENT_UNREACHABLE") });
    expect(county.asked).toEqual([{ path: "/enrol/v1/ca", body: null }]);
    stranger.close();
  });

  it("refusesAServerThatTheCaKnowsByAnotherName", async () => {
    const elsewhere = await County.found(["enrol.example"]);
    await elsewhere.serve();
    const { err } = await enrol(elsewhere.address, elsewhere.code);
    expect(err).toMatch(/ENROLMENT_UNREACHABLE.*altnames/s);
    elsewhere.close();
  });

  it.each([
    [410, "this code was used on 2026-07-01", "ENROLMENT_REFUSED"],
    [429, "too many tries from your address", "ENROLMENT_BUSY"],
  ])("repeatsWhatTheCountySaysAt %i", async (status, detail, error) => {
    county.refusal = { status, detail };
    expect(await enrol()).toMatchObject({ code: 1, err: expect.stringContaining(detail) });
    expect((await enrol()).err).toContain(error);
    expect(enrolment()).toBeNull();
  });

  it("saysThatNobodyAnswers", async () => {
    county.close();
    expect(await enrol("127.0.0.1:9")).toMatchObject({
      code: 1,
      err: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("namesTheFieldWhereTheCountyNamesTheGatewayOtherwise", async () => {
    writeFileSync(join(folder, "gateway.yaml"), `gateway: gw-000002\n${CONFIG}`);
    const { code, err } = await enrol();
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/gw-000001.*gateway: gw-000002/s),
    });
    writeFileSync(join(folder, "gateway.yaml"), CONFIG);
    expect(await enrol()).toMatchObject({ code: 0, out: expect.stringContaining("enrolled already") });
  });

  it("makesARequestThatOpensslVerifies", async () => {
    await enrol();
    const { csr } = (county.asked[1]?.body ?? {}) as { csr?: string };
    const child = spawn("openssl", ["req", "-verify", "-noout", "-text"]);
    child.stdin.end(csr ?? "");
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        said += chunk;
      });
    await once(child, "close");
    expect(said).toMatch(/verify OK/i);
    expect(said).toMatch(/ED25519/);
  });
});

describe("the doctor", () => {
  it("wantsAnEnrolmentWhereNoBrokerOfThisMachineIsConfigured", async () => {
    expect((await gateway("doctor")).out).toMatch(/^FAIL certificate: .*\n.*run enrol$/m);
    await enrol();
    expect((await gateway("doctor")).out).toMatch(/^ok {3}certificate: gw-000001 at qingshi-dyes/m);
  });

  it("noticesAnotherKey", async () => {
    await enrol();
    rmSync(join(dataDir(), "gateway.key"));
    fileKeyStore(join(dataDir(), "gateway.key"));
    expect((await gateway("doctor")).out).toMatch(/^FAIL certificate: .*another key/m);
  });
});

describe("renewal", () => {
  const renew = () =>
    renewIfDue(
      {
        dataDir: dataDir(),
        key: fileKeyStore(join(dataDir(), "gateway.key")),
        clock: systemClock,
        log: silentLogger(),
      },
      new AbortController().signal,
    );
  const hashOf = () =>
    createHash("sha256")
      .update(readFileSync(join(dataDir(), "identity", "enrolment.json")))
      .digest("hex");

  it("isNotDueInTheFirstTwoThirdsOfALife", async () => {
    county.daysLeft = 31;
    await enrol();
    expect(await renew()).toBe(false);
  });

  it("bringsACertificateForTheSameKey", async () => {
    county.daysLeft = 29;
    await enrol();
    county.daysLeft = 90;
    expect(await renew()).toBe(true);
    expect(county.asked.at(-1)).toMatchObject({ path: "/enrol/v1/renew", body: { gateway: "gw-000001" } });
    const { untilMs } = certificateLife(enrolment()?.certificate ?? "");
    expect(untilMs - Date.now()).toBeGreaterThan(89 * 86_400_000);
    expect(await renew()).toBe(false);
  });

  it("leavesTheOldOneWhereTheAnswerIsBad", async () => {
    county.daysLeft = 29;
    await enrol();
    const before = hashOf();
    county.gateway = "gw-000002";
    await expect(renew()).rejects.toThrow(/it is for gw-000002/);
    county.refusal = { status: 403, detail: "revoked" };
    await expect(renew()).rejects.toThrow(/ENROLMENT_REFUSED.*revoked/);
    expect(hashOf()).toBe(before);
  });

  it("waitsForAClockThatCanBeRight", async () => {
    county.daysLeft = 29;
    await enrol();
    const clock = { ...systemClock, wallMs: () => 0 };
    const key = fileKeyStore(join(dataDir(), "gateway.key"));
    const parts = { dataDir: dataDir(), key, clock, log: silentLogger() };
    expect(await renewIfDue(parts, new AbortController().signal)).toBe(false);
  });

  it("doesNothingForAGatewayThatNobodyEnrolled", async () => {
    fileKeyStore(join(folder, "other.key"));
    expect(existsSync(join(dataDir(), "identity"))).toBe(false);
    const parts = {
      dataDir: dataDir(),
      key: fileKeyStore(join(folder, "other.key")),
      clock: systemClock,
      log: silentLogger(),
    };
    expect(await renewIfDue(parts, new AbortController().signal)).toBe(false);
  });
});
