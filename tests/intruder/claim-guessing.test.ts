import { Agent } from "node:https";
import { claimSecret } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CountyRig } from "../rig/county-rig.ts";
import { newGatewayKey } from "../rig/credentials.ts";
import { askCounty } from "../rig/enrolment-client.ts";
import { TlsGateway } from "../rig/tls-gateway.ts";

const GUESSES_PER_S = 1_000;
const GUESSING_S = 3;
/** Many more than an address has tries, however slow the machine is. */
const GUESSES_MIN = 200;

let county: CountyRig;
let good: TlsGateway;
beforeAll(async () => {
  county = await CountyRig.start();
  good = await TlsGateway.connect(county, await county.enrol());
}, 180_000);
afterAll(async () => {
  await good?.close();
  await county?.close();
});

/** Each test asks from an address of its own, since addresses are limited one by one. */
let host = 10;
function stranger(agent?: Agent) {
  const localAddress = `127.0.0.${host++}`;
  return async (secret: string, csr: string) => {
    const body = { secret, csr, software: "by hand" };
    const { status, text } = await askCounty(county, {
      ...{ path: "/enrol/v1/claim", body, localAddress },
      ...(agent ? { agent } : {}),
    });
    return { status, ...JSON.parse(text) };
  };
}

describe("claim codes", { timeout: 180_000 }, () => {
  it("serveOneKeyOnceAndAnswerItAgainIfTheAnswerWasLost", async () => {
    const claim = stranger();
    const { secret, gateway } = await county.claim();
    const [first, second] = [await newGatewayKey(), await newGatewayKey()];
    const enrolled = await claim(secret, first.csr);
    expect(enrolled).toMatchObject({ status: 200, gateway });
    expect(await claim(secret, first.csr)).toEqual(enrolled);
    expect(await claim(secret, second.csr)).toMatchObject({ status: 409, code: "CLAIM_USED" });
    expect(await county.logged("CLAIM_USED")).toBe(1);
  });

  it("areWonByOneOfTwoWhoTryAtOnce", async () => {
    const claim = stranger();
    const { secret } = await county.claim();
    const keys = await Promise.all(Array.from({ length: 8 }, () => newGatewayKey()));
    const answers = await Promise.all(keys.map(({ csr }) => claim(secret, csr)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
  });

  it("areOfNoUseWithARequestOfSomebodyElsesKey", async () => {
    const claim = stranger();
    const { secret } = await county.claim();
    const { csr } = good.credentials;
    expect(await claim(secret, csr)).toMatchObject({ status: 409, code: "KEY_TAKEN" });
    expect(await claim(secret, csr.replace(/A/g, "B"))).toMatchObject({ status: 400, code: "CSR_INVALID" });
    const { csr: fresh } = await newGatewayKey();
    expect(await claim(secret, fresh)).toMatchObject({ status: 200 });
  });

  it("areNotGuessedAtAThousandASecondAndTheRightOneStillWorksAfterwards", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const guess = stranger(agent);
    const { csr } = await newGatewayKey();
    const mine: { secret: string; csr: string }[] = [];
    for (let claim = 0; claim < 3; claim++)
      mine.push({ secret: (await county.claim()).secret, csr: (await newGatewayKey()).csr });
    const answers: Record<number, number> = {};
    const startedMs = performance.now();
    let sent = 0;
    while (performance.now() - startedMs < GUESSING_S * 1000 || sent < GUESSES_MIN) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * GUESSES_PER_S) - sent;
      const round = Array.from({ length: Math.max(1, Math.min(due, 64)) }, async () => {
        const wrong = claimSecret(crypto.getRandomValues(new Uint8Array(10)));
        const { status } = await guess(wrong, csr);
        answers[status] = (answers[status] ?? 0) + 1;
      });
      sent += round.length;
      await Promise.all([good.beat(), ...round]);
    }
    expect(answers[200]).toBeUndefined();
    expect(answers[403]).toBeLessThanOrEqual(25);
    expect((answers[403] ?? 0) + (answers[429] ?? 0)).toBe(sent);
    console.log(`${sent} guesses in ${GUESSING_S} s: ${JSON.stringify(answers)}`);
    expect(await county.logged("enrolment-rate")).toBe(1);
    expect(await county.logged("CLAIM_UNKNOWN")).toBe(1);

    // Six seconds give an address one try back. Where the machine stood still for so long, the next claim shows the refusal.
    let own = { secret: "", csr: "" };
    let right: { status: number } = { status: 0 };
    for (const next of mine) {
      own = next;
      right = await guess(own.secret, own.csr);
      if (right.status === 429) break;
    }
    expect(right).toMatchObject({ status: 429 });
    while (right.status === 429) {
      await new Promise((wake) => setTimeout(wake, 500));
      right = await guess(own.secret, own.csr);
    }
    expect(right).toMatchObject({ status: 200 });
    agent.destroy();
  });
});
