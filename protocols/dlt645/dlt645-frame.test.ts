import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePoint } from "../device-profile/decode-point.ts";
import { dlt645PointSchema } from "../device-profile/device-point.ts";
import { QUALITY } from "../vocabulary/quality.ts";
import { type Dlt645Frame, encodeDlt645Frame, findDlt645Frame } from "./dlt645-frame.ts";
import { decodeDlt645Reply, encodeDlt645Read } from "./dlt645-read.ts";

const VOLTAGE = dlt645PointSchema.parse({
  id: "voltage-l1",
  kind: "voltage",
  phase: "L1",
  unit: "V",
  di: "02010100",
  format: "XXX.X",
  decimals: 1,
  range: [0, 500],
});
const address = fc.stringMatching(/^\d{12}$/);
const frames: fc.Arbitrary<Dlt645Frame> = fc.record({
  address,
  control: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array({ maxLength: 200 }),
});
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe("DL/T 645 frames", () => {
  it("come back from the wire behind any noise that has no start mark", () => {
    const noise = fc.array(
      fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x68),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(frames, noise, fc.boolean(), (frame, before, wakeUp) => {
        const bytes = encodeDlt645Frame(frame, { wakeUp });
        const found = findDlt645Frame(join(before, bytes, [0x00]));
        expect(found).toEqual({ kind: "frame", frame, consumed: before.length + bytes.length });
      }),
    );
  });

  it("are incomplete until their last byte", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, cut) => {
        const bytes = encodeDlt645Frame(frame);
        const part = bytes.subarray(0, cut % bytes.length);
        expect(findDlt645Frame(part)).toEqual({ kind: "incomplete" });
      }),
    );
  });

  it("are found behind the echo of the request, and the echo alone is no answer", () => {
    fc.assert(
      fc.property(
        address,
        fc.uint8Array({ minLength: 1, maxLength: 16 }),
        fc.boolean(),
        (meter, value, wakeUp) => {
          const sent = encodeDlt645Read(meter, "02010100", { wakeUp });
          const answer = { address: meter, control: 0x91, data: join([0, 1, 1, 2], value) };
          const echoed = join([0xff, 0x00], sent, encodeDlt645Frame(answer));
          expect(findDlt645Frame(echoed, sent)).toMatchObject({ kind: "frame", frame: answer });
          expect(findDlt645Frame(join([0xff], sent), sent)).toEqual({ kind: "incomplete" });
        },
      ),
    );
  });

  it("areFoundBehindACorruptedOne", () => {
    const good = encodeDlt645Frame({ address: "000000000161", control: 0x91, data: Uint8Array.of(1, 2, 3) });
    const bad = good.with(12, good[12] === 0 ? 1 : 0);
    expect(findDlt645Frame(join(bad, good))).toMatchObject({
      kind: "frame",
      consumed: bad.length + good.length,
    });
  });

  it("areNotAwaitedInEndlessNoise", () => {
    expect(findDlt645Frame(new Uint8Array(512))).toMatchObject({ kind: "bad", consumed: 512 });
    expect(findDlt645Frame(new Uint8Array(511))).toEqual({ kind: "incomplete" });
  });

  it("refuse an address that no meter can have", () => {
    expect(() => encodeDlt645Read("12345678901", "00010000")).toThrow(/12 digits/);
    expect(() => encodeDlt645Read("123456789012", "0001")).toThrow(/8 hex digits/);
  });
});

/** One transaction as the gateway judges it: the asked meter, the asked identifier, the width of the asked value. */
function answerTo(bytes: Uint8Array, meter: string, di: string, width: number): Uint8Array | null {
  const found = findDlt645Frame(bytes);
  if (found.kind !== "frame" || found.frame.address !== meter) return null;
  const reply = decodeDlt645Reply(found.frame, di);
  return reply.kind === "data" && reply.bytes.length === width ? reply.bytes : null;
}

describe("corruption", () => {
  it("of any single bit is refused", () => {
    fc.assert(
      fc.property(address, fc.uint8Array({ minLength: 2, maxLength: 16 }), (meter, value) => {
        const bytes = encodeDlt645Frame({ address: meter, control: 0x91, data: join([0, 1, 1, 2], value) });
        for (let bit = 0; bit < bytes.length * 8; bit++) {
          const flipped = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
          expect(answerTo(flipped, meter, "02010100", value.length)).toBeNull();
        }
      }),
    );
  });

  it("passes a million times no more often than an 8-bit sum lets it, and nothing hangs", () => {
    const SEED = 645_2007;
    const FRAMES = 1_000_000;
    const random = mulberry32(SEED);
    let accepted = 0;
    const pristine = encodeDlt645Frame({
      address: "123456789012",
      control: 0x91,
      data: Uint8Array.of(0, 1, 1, 2, 0x56, 0x22, 0x16, 0x68),
    });
    const bytes = Uint8Array.from(pristine);
    for (let frame = 0; frame < FRAMES; frame++) {
      bytes.set(pristine);
      const hits = 1 + Math.floor(random() * 6);
      for (let hit = 0; hit < hits; hit++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const changed = bytes.some((byte, index) => byte !== pristine[index]);
      if (changed && findDlt645Frame(bytes).kind === "frame") accepted++;
    }
    process.stdout.write(
      `DL/T 645: seed ${SEED}, ${accepted} of ${FRAMES} corrupted frames accepted, 1/256 allowed\n`,
    );
    expect(accepted).toBeLessThanOrEqual(FRAMES / 256);
  }, 180_000);

  it("of the value alone, a million times, passes as a sum of 8 bits must, and never as more than its digits can say", () => {
    const FRAMES = 1_000_000;
    const random = mulberry32(2007);
    const pristine = encodeDlt645Frame({
      address: "123456789012",
      control: 0x91,
      data: Uint8Array.of(0, 1, 1, 2, 0x06, 0x22),
    });
    const bytes = Uint8Array.from(pristine);
    const valueAt = pristine.length - 4;
    let accepted = 0;
    let believed = 0;
    for (let frame = 0; frame < FRAMES; frame++) {
      bytes.set(
        [0, 0, 0].map(() => Math.floor(random() * 256)),
        valueAt,
      );
      if (bytes.every((byte, index) => byte === pristine[index])) continue;
      const value = answerTo(bytes, "123456789012", "02010100", 2);
      if (!value) continue;
      accepted++;
      const { scaled, quality } = decodePoint(VOLTAGE, [...value]);
      if (quality !== QUALITY.good) expect([QUALITY.outOfRange, QUALITY.notPresent]).toContain(quality);
      else {
        believed++;
        expect(scaled).toBeLessThanOrEqual(5_000);
      }
    }
    const mean = FRAMES / 256;
    expect(accepted).toBeLessThanOrEqual(mean + 4 * Math.sqrt(mean));
    // Of all pairs of bytes, 5,001 are a voltage of up to 500 V.
    expect(believed / accepted).toBeLessThan(1.5 * (5_001 / 65_536));
  }, 180_000);
});

/** A seeded generator of numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
