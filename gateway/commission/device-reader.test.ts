import { exceptionQuality, QUALITY } from "@sealwatch/protocols";
import { expect, it } from "vitest";
import type { Link, LinkOutcome, LinkRequest } from "../sense/link.ts";
import { readDevice } from "./device-reader.ts";
import { shippedProfiles } from "./shipped-profiles.ts";

/** A line with one device, which answers as `answer` says. */
function lineTo(answer: (request: LinkRequest) => LinkOutcome): Link & { readonly asked: LinkRequest[] } {
  const asked: LinkRequest[] = [];
  const bytes = { sent: Uint8Array.of(1), received: Uint8Array.of(2) };
  return {
    id: "line",
    asked,
    transact: async (request) => {
      asked.push(request);
      return { ...answer(request), sentMs: 0, tookMs: 1, ...bytes };
    },
    close: async () => {},
    stats: () => ({ up: true, utilisation: 0, waiting: 0, drained: 0, stations: new Map() }),
  };
}

function profileOf(name: string) {
  const profile = shippedProfiles().find(({ vendor, model }) => `${vendor}/${model}` === name);
  if (!profile) throw new Error(`no profile ${name}`);
  return profile;
}

const never = new AbortController().signal;

it("aReadThatTheDeviceRefusesAsAWholeIsAskedInPartsAndOnlyWhatItLacksIsMissing", async () => {
  const lacking = 0x0062;
  const link = lineTo((request) => {
    if (request.kind !== "modbus-read") return { quality: QUALITY.noAnswer };
    const { address, quantity } = request.read;
    if (address <= lacking && lacking < address + quantity) return { quality: exceptionQuality(2) };
    return { values: Array(quantity).fill(1) };
  });
  const reading = await readDevice(link, { profile: profileOf("acrel/adl400"), unit: 1, ctRatio: 1 }, never);
  const refused = reading.answers.filter(({ decoded }) => decoded.quality === exceptionQuality(2));
  expect(refused.map(({ point }) => point.id)).toEqual(["voltage-l2"]);
  expect(reading.answers.find(({ point }) => point.id === "voltage-l1")?.value).toBe(0.1);
  expect(reading.answers).toHaveLength(profileOf("acrel/adl400").points.length);
  expect(reading.exchanges).toHaveLength(link.asked.length);
});

it("afterSilenceTheRestIsNotAskedAndSaysSo", async () => {
  const link = lineTo(() => ({ quality: QUALITY.noAnswer }));
  const profile = profileOf("acrel/adl400");
  const reading = await readDevice(link, { profile, unit: 1 }, never);
  expect(link.asked).toHaveLength(1);
  expect(reading.answered).toBe(false);
  expect(reading.answers).toHaveLength(profile.points.length);
  expect(reading.answers.every(({ decoded }) => decoded.quality === QUALITY.noAnswer)).toBe(true);
});
