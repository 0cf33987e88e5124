import { API_PREFIX } from "@sealwatch/cloud";
import type { JournalRecord } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "./rig/cloud-rig.ts";
import { CountyClient } from "./rig/county-client.ts";
import { HandGateway } from "./rig/hand-gateway.ts";
import { SITE } from "./rig/site-files.ts";
import { openingRecords, quietSamples } from "./rig/written-plant.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEAL = 3;
const utcAtZeroMs = Date.now() - HOUR_MS;

let rig: CloudRig;
let county: CountyClient;
let gateway: HandGateway;

beforeAll(async () => {
  rig = await startCloudRig({});
  county = new CountyClient(rig.httpPort);
  gateway = await HandGateway.connect(rig, "00000000000000d0");
  await gateway.send([...openingRecords(utcAtZeroMs), ...quietSamples(0, 59 * MINUTE_MS, utcAtZeroMs)]);
});
afterAll(async () => {
  await gateway.close();
  await rig.close();
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${rig.httpPort}${API_PREFIX}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const seal = (value: number): JournalRecord & { type: "event" } => ({
  type: "event",
  atMs: Date.now() - utcAtZeroMs,
  event: "contact-changed",
  channel: SEAL,
  value,
});
const evidence = async () => [
  ...new Set((await county.alerts()).flatMap(({ reasons }) => reasons.map((reason) => reason.evidence))),
];

describe("a permit", { timeout: 180_000 }, () => {
  let id: string;

  it("coversASealAndNeitherTamperingNorSilence", async () => {
    const order = { kind: "inspection", approver: "王科长", reason: "开箱检查", sites: [SITE] };
    const fromMs = Date.now();
    const approved = await ask("POST", "/permits", { ...order, fromMs, toMs: fromMs + HOUR_MS });
    expect(approved.status).toBe(201);
    id = String(approved.body["id"]);
    await gateway.send([seal(0)]);
    expect(await evidence()).toEqual([]);
    await gateway.send([
      { ...seal(0), event: "ratio-changed", channel: 1, device: "meter-1", note: "40 → 1" },
      { type: "event", atMs: Date.now() - utcAtZeroMs, event: "device-lost", device: "gas-1" },
    ]);
    expect((await evidence()).sort()).toEqual(["silence", "tampering"]);
  });

  it("countsWhatItCoveredAndWhatWasToldAllTheSame", async () => {
    const { body } = await ask("GET", `/permits/${id}`);
    expect(body).toMatchObject({ covered: { sealOpenings: 1, doorOpenings: 0, complete: true }, alerts: 2 });
  });

  it("coversNothingOnceSomebodyEndedIt", async () => {
    await gateway.send([seal(1)]);
    const ended = await ask("POST", `/permits/${id}/end`, { reason: "完工" }, { "if-match": '"v1"' });
    expect(ended.status).toBe(200);
    await gateway.send([seal(0)]);
    expect(await evidence()).toContain("seal");
  });
});
