import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceM } from "./distance.ts";
import { readImageHeader } from "./image-header.ts";
import { inspectPhoto } from "./inspect-photo.ts";
import { photoWarnings } from "./photo-warnings.ts";
import { jpegAt, pngOf } from "./picture.fixture.ts";

const GATE = { latitude: 37.5241, longitude: 111.1448 };

describe("a photo", () => {
  it("saysWhereAndWhenItWasTaken", async () => {
    const facts = await inspectPhoto(jpegAt(GATE, "2026:11:22 01:30:00"), "image/jpeg", 480);
    expect([facts.width, facts.height]).toEqual([4000, 3000]);
    expect(facts.takenMs).toBe(Date.parse("2026-11-21T17:30:00Z"));
    expect(facts.location?.latitude).toBeCloseTo(GATE.latitude, 6);
    expect(facts.location?.longitude).toBeCloseTo(GATE.longitude, 6);
  });

  it("withoutPlaceAndTimeIsTakenAllTheSame", async () => {
    const facts = await inspectPhoto(jpegAt(null, null), "image/jpeg", 480);
    expect([facts.takenMs, facts.location]).toEqual([null, null]);
  });

  it("isWhatItsBytesSayAndNotWhatItIsCalled", async () => {
    await expect(inspectPhoto(pngOf(10, 10), "image/jpeg", 480)).rejects.toThrow(
      /image\/png, not image\/jpeg/,
    );
    const script = new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
    await expect(inspectPhoto(script, "image/png", 480)).rejects.toThrow(/no JPEG/);
  });

  it("thatWouldUnpackToMoreThanAnyCameraMakesIsRefused", async () => {
    await expect(inspectPhoto(pngOf(60_000, 60_000), "image/png", 480)).rejects.toThrow(/larger than any/);
    await expect(inspectPhoto(pngOf(0, 10), "image/png", 480)).rejects.toThrow(/no JPEG/);
  });

  it("ofAnyBytesNeverThrowsAnythingElse", async () => {
    const prefixes = [
      jpegAt(GATE, "2026:11:22 01:30:00"),
      pngOf(4, 4),
      new TextEncoder().encode("RIFF____WEBPVP8X"),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...prefixes),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(80),
        async (prefix, noise, keep) => {
          const bytes = new Uint8Array([...prefix.subarray(0, keep), ...noise]);
          const header = readImageHeader(bytes);
          if (!header) return;
          await inspectPhoto(bytes, header.type, 480).catch((error: unknown) => {
            expect(error).toMatchObject({ code: "PHOTO_UNUSABLE" });
          });
        },
      ),
    );
  });

  it("isWarnedOfWhenItWasTakenElsewhereOrLongAgo", () => {
    const words = (takenMs: number | null, away: number | null) =>
      photoWarnings({ takenMs, distanceM: away, located: away !== null }, 1e12).map(({ en }) => en);
    expect(words(1e12, 40)).toEqual([]);
    expect(words(1e12, 1_200)).toEqual(["taken 1200 m away from the site"]);
    expect(words(1e12 - 2 * 86_400_000, null)).toHaveLength(2);
  });
});

describe("a distance", () => {
  it("isThatOfTheGreatCircle", () => {
    expect(distanceM(GATE, GATE)).toBe(0);
    expect(distanceM(GATE, { ...GATE, latitude: GATE.latitude + 0.01 })).toBeCloseTo(1_111.95, 0);
    expect(distanceM({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 })).toBeCloseTo(
      20_015_115,
      -1,
    );
  });
});
