import { readFileSync } from "node:fs";
import {
  type DevicePoint,
  deviceProfilesDirectory,
  exceptionQuality,
  type PlannedRead,
  priorityOf,
  readDeviceProfile,
} from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { characterMs, frameSilenceMs } from "./line-timing.ts";
import { LINK_PRIORITY } from "./link.ts";
import { askInstead, planStationReads, requestOf, type StationRead } from "./station-read.ts";

const profile = readDeviceProfile(
  "eastron/sdm630",
  readFileSync(new URL("eastron/sdm630.yaml", deviceProfilesDirectory), "utf8"),
);
/** What it measures unless told otherwise, without what identifies it. */
const measured = (profile.points as readonly DevicePoint[]).filter(
  (point) => priorityOf(point) !== "identity" && !point.onRequest,
);
const line = { baud: 9600, parity: "none", stopBits: 1, turnaroundMs: 0 } as const;
const addressOf = (read: StationRead) => ("di" in read ? read.di : read.request.address);

/** Milliseconds on the line for one round of reads: questions, answers, silences, 10 ms to think. */
function roundMs(reads: readonly StationRead[]): number {
  return (reads as readonly PlannedRead[]).reduce(
    (sum, { request }) =>
      sum + (8 + 5 + 2 * request.quantity) * characterMs(line) + 2 * frameSilenceMs(line) + 10,
    0,
  );
}

describe("the reads of a meter", () => {
  it("cross small holes on a slow line and every hole on a socket", () => {
    const onLine = planStationReads(measured, profile, line);
    const onSocket = planStationReads(measured, profile, null);
    expect(onSocket).toHaveLength(1);
    expect(onLine.length).toBeGreaterThan(1);
    expect(roundMs(onLine)).toBeLessThan(roundMs(onSocket));
    const alone = measured.flatMap((point) => planStationReads([point], profile, line));
    expect(roundMs(onLine)).toBeLessThan(roundMs(alone));
  });

  it("are as urgent as their most urgent point", () => {
    const first = measured.find(({ id }) => id === "voltage-l1");
    const last = measured.find(({ id }) => id === "energy-import");
    if (!first || !last) throw new Error("the profile lacks a point");
    const requests = [[first], [last], [first, last]].map((points) =>
      planStationReads(points, profile, null).map((read) => requestOf(1, read, 7)),
    );
    expect(requests.map(([request]) => request?.priority)).toEqual([
      LINK_PRIORITY.power,
      LINK_PRIORITY.energy,
      LINK_PRIORITY.power,
    ]);
  });

  it("areSplitUntilOnePointIsLeftWhenTheDeviceRefusesThem", () => {
    const refused = new Set([0x34]);
    const kept: StationRead[] = [];
    const todo = [...planStationReads(measured, profile, null)];
    let asked = 0;
    for (let read = todo.shift(); read; read = todo.shift()) {
      asked++;
      const { address, quantity } = (read as PlannedRead).request;
      const bad = [...refused].some((register) => register >= address && register < address + quantity);
      const parts = askInstead(read, bad ? { quality: exceptionQuality(2) } : { values: [] });
      if (parts) todo.unshift(...parts);
      else kept.push(read);
    }
    expect(kept.flatMap(({ points }) => points.map(({ id }) => id)).toSorted()).toEqual(
      measured.map(({ id }) => id).toSorted(),
    );
    expect(kept.filter((read) => addressOf(read) === 0x34)).toHaveLength(1);
    expect(asked).toBeLessThan(measured.length);
    for (const code of [1, 3, 4, 6])
      expect(askInstead(kept[0] as StationRead, { quality: exceptionQuality(code) })).toBeNull();
  });
});

describe("a character on the line", () => {
  it.each([
    [9600, "none", 1, 10 / 9.6],
    [9600, "even", 1, 11 / 9.6],
    [2400, "even", 1, 11 / 2.4],
    [1200, "none", 2, 11 / 1.2],
  ] as const)("at %i baud, parity %s, %i stop bits", (baud, parity, stopBits, expected) => {
    expect(characterMs({ baud, parity, stopBits })).toBeCloseTo(expected, 9);
    expect(frameSilenceMs({ baud, parity, stopBits })).toBeCloseTo(3.5 * expected, 9);
  });

  it("is followed by a fixed silence above 19200 baud", () => {
    expect(frameSilenceMs({ baud: 115_200, parity: "none", stopBits: 1 })).toBe(1.75);
  });
});
