import { createConnection, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CountyRig } from "../rig/county-rig.ts";
import { TlsGateway } from "../rig/tls-gateway.ts";

/** Each is a file descriptor here and, for a moment, one there. */
const HALF_OPEN = 10_000;
const OPENED_AT_ONCE = 200;
/** How many strangers may be there at once, roughly, and for how long each. */
const STRANGERS_MAX = 1_100;
const STRANGER_MAX_MS = 10_000;
const GOOD_ADDRESS = "127.0.0.99";

let county: CountyRig;
let good: TlsGateway;
const sockets = new Set<Socket>();

beforeAll(async () => {
  county = await CountyRig.start();
  good = await TlsGateway.connect(county, await county.enrol());
}, 180_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await good?.close();
  await county?.close();
});

/** Opens a connection and says `first`, if anything; resolves once it is open. */
async function open(port: number, localAddress: string, first?: string): Promise<Socket> {
  const socket = createConnection({ host: "127.0.0.1", port, localAddress });
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
  sockets.add(socket);
  await Promise.race([new Promise((resolve) => socket.once("connect", resolve)), closeOf(socket)]);
  if (first) socket.write(first);
  return socket;
}

async function closeOf(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

/** A known gateway is served, and can come anew from an address of its own and from the crowded one. */
async function expectService(): Promise<void> {
  await good.beat();
  expect(good.client.connected).toBe(true);
  for (const localAddress of [GOOD_ADDRESS, "127.0.0.1"]) {
    const again = await TlsGateway.connect(county, good.credentials, { localAddress } as object);
    await again.publish("status", Buffer.from('{"v":1,"state":"online"}'));
    await again.close();
  }
  good = await TlsGateway.connect(county, good.credentials);
}

describe("a crowd at the door", { timeout: 180_000 }, () => {
  it.each(["mqttsPort", "enrolPort"] as const)(
    "tenThousandHalfOpenConnectionsAt %s lockNobodyOut",
    async (port) => {
      let opened = 0;
      const fromMs = performance.now();
      while (opened < HALF_OPEN) {
        const round = Array.from({ length: OPENED_AT_ONCE }, (_, index) =>
          open(county.ports[port], `127.0.1.${1 + ((opened + index) % 200)}`),
        );
        await Promise.all(round);
        opened += round.length;
        if (opened % 2_000 === 0) await good.beat();
      }
      // Who opens them slowly sees the first ones run out of time instead.
      const timesOver = 1 + Math.floor((performance.now() - fromMs) / STRANGER_MAX_MS);
      await expectService();
      expect(sockets.size).toBeLessThanOrEqual(STRANGERS_MAX);
      expect((await county.refusals())["crowded-address"]).toBeGreaterThanOrEqual(
        HALF_OPEN - timesOver * STRANGERS_MAX,
      );
      for (const socket of sockets) socket.destroy();
    },
  );

  it("thatDribblesAHandshakeIsCutOffInTime", async () => {
    const hello = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    const slow = await Promise.all(
      Array.from({ length: 100 }, () => open(county.ports.mqttsPort, "127.0.0.1", hello.slice(0, 1))),
    );
    const closes = slow.map(closeOf);
    const dribble = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write("\x03");
    }, 1_000);
    await expectService();
    await Promise.all(closes);
    clearInterval(dribble);
    await expectService();
  });

  it("ofGarbageIsCountedAndLoggedOnceASource", async () => {
    const before = (await county.refusals())["tls-handshake"] ?? 0;
    const closes = Array.from({ length: 200 }, async (_, index) => {
      const socket = await open(county.ports.mqttsPort, "127.0.0.77", `garbage ${index}\r\n\r\n`);
      await closeOf(socket);
    });
    await Promise.all(closes);
    await expectService();
    expect((await county.refusals())["tls-handshake"]).toBeGreaterThan(before);
    expect(await county.logged("tls-handshake", "127.0.0.77")).toBe(1);
  });
});
