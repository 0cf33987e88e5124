import { generateKeyPairSync } from "node:crypto";
import { systemClock } from "@sealwatch/platform";
import {
  type ChannelDescription,
  decodeNotice,
  type EventRecord,
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verifier,
  type Notice,
} from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { NoticeDesk, urgencyOf } from "./notice-desk.ts";

const WALL_MS = Date.UTC(2026, 6, 1);
const HOUR_MS = 3_600_000;
const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const verifier = ed25519Verifier(ed25519PublicKey(pem));

const contact = (id: number, role: "seal" | "mains-present"): ChannelDescription => ({
  id,
  device: "contacts-1",
  point: `di${id}`,
  profile: "waveshare/modbus-rtu-io-8ch@1",
  kind: "contact",
  unit: "",
  decimals: 0,
  intervalMs: 200,
  supply: "battery",
  contact: { role, normal: 1 },
  label: "封条 S1",
});
const SEAL = contact(1, "seal");
const MAINS = contact(2, "mains-present");
const changed = (channel: number, value: number, atMs = 0): EventRecord => ({
  type: "event",
  atMs,
  event: "contact-changed",
  channel,
  value,
});

function desk(state: { phase: "offline" | "streaming"; backlog: number; wallMs?: number; nowMs?: number }) {
  const sent: Notice[] = [];
  let committed = () => {};
  const made = new NoticeDesk({
    gateway: "gw-000001",
    epoch: "00112233445566ff",
    signer: ed25519Signer(pem),
    clock: {
      ...systemClock,
      wallMs: () => state.wallMs ?? WALL_MS,
      monotonicMs: () => state.nowMs ?? 0,
    },
    uplink: {
      get phase() {
        return state.phase;
      },
      backlog: () => state.backlog,
      publishNotice: (bytes) => sent.push(decodeNotice(bytes, verifier)),
    },
    committed: () => new Promise((resolve) => (committed = resolve)),
  });
  made.describe([SEAL, MAINS]);
  return { made, sent, commit: () => Promise.resolve(committed()), state };
}

describe("which events are noticed", () => {
  it.each([
    ["aSealThatOpens", changed(1, 0), SEAL, "ahead"],
    ["theFirstLookAtASeal", { ...changed(1, 0), note: "initial" }, SEAL, "none"],
    ["theMainsThatGo", changed(2, 0), MAINS, "last-gasp"],
    ["theMainsThatComeBack", changed(2, 1), MAINS, "ahead"],
    ["aLostDevice", { type: "event", atMs: 0, event: "device-lost", device: "meter-1" }, null, "ahead"],
    ["aStart", { type: "event", atMs: 0, event: "gateway-started" }, null, "none"],
  ] as const)("%s", (_, event, channel, urgency) => {
    expect(urgencyOf(event, channel)).toBe(urgency);
  });
});

describe("the notice desk", () => {
  it("goesAheadOfABacklogOnceTheEventIsOnTheDisk", async () => {
    const { made, sent, commit } = desk({ phase: "streaming", backlog: 900 });
    made.offer(changed(1, 0));
    await Promise.resolve();
    expect(sent).toEqual([]);
    await commit();
    expect(sent).toMatchObject([{ utcMs: WALL_MS, channel: { label: "封条 S1" }, event: { value: 0 } }]);
  });

  it("leavesItToTheSegmentThatIsNextOnTheWire", async () => {
    const { made, sent, commit } = desk({ phase: "streaming", backlog: 0 });
    made.offer(changed(1, 0));
    await commit();
    expect(sent).toEqual([]);
  });

  it("sendsTheLastGaspBeforeAnythingElse", () => {
    const { made, sent } = desk({ phase: "streaming", backlog: 0 });
    made.offer(changed(2, 0));
    expect(sent).toMatchObject([{ event: { channel: 2, value: 0 } }]);
  });

  it("tellsAfterwardsWhatIsStillNewsAndNoMoreThanTheNewest", () => {
    const { made, sent, state } = desk({ phase: "offline", backlog: 0, nowMs: 2 * HOUR_MS });
    made.offer(changed(1, 0, HOUR_MS - 1));
    for (let count = 0; count < 70; count++) made.offer(changed(1, count % 2, HOUR_MS + 100 + count));
    Object.assign(state, { phase: "streaming", backlog: 400 });
    made.connected();
    expect(sent.length).toBe(64);
    expect(sent[0]?.event.atMs).toBe(HOUR_MS + 106);
    expect(sent[0]?.utcMs).toBe(WALL_MS - HOUR_MS + 106);
    made.connected();
    expect(sent.length).toBe(64);
  });

  it("doesNotDateWhatItCannotDate", () => {
    const { made, sent } = desk({ phase: "streaming", backlog: 0, wallMs: 5_000 });
    made.offer(changed(2, 0));
    expect(sent).toMatchObject([{ utcMs: null }]);
  });
});
