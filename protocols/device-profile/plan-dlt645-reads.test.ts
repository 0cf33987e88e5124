import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodePoint } from "./decode-point.ts";
import { dlt645RawOf, planDlt645Reads, splitAfterDlt645Error } from "./plan-dlt645-reads.ts";
import { deviceProfilesDirectory, readDeviceProfile } from "./read-profile.ts";
import { ratiosOf } from "./transformer-ratio.ts";

const name = "generic/dlt645-three-phase";
const { points } = readDeviceProfile(
  name,
  readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8"),
);
const direct = { ct: 1, pt: 1 };

it("aBlockIsReadOnce", () => {
  const reads = planDlt645Reads(points);
  expect(reads.map(({ di }) => di)).toEqual([...new Set(reads.map(({ di }) => di))]);
  expect(reads.find(({ di }) => di === "0203FF00")?.points.map(({ id }) => id)).toEqual([
    "power-total",
    "power-l1",
    "power-l2",
    "power-l3",
  ]);
});

it("aRefusedBlockIsReadValueByValueByTheSameFormats", () => {
  const plan = planDlt645Reads(points);
  const block = plan.find(({ di }) => di === "0203FF00");
  if (!block) throw new Error("no block");
  const split = splitAfterDlt645Error(plan, block);
  expect(split.length).toBe(plan.length + 3);
  const alone = split.filter(({ di }) => di.startsWith("0203"));
  expect(alone.map(({ di, points: members }) => [di, members[0]?.id])).toEqual([
    ["02030000", "power-total"],
    ["02030100", "power-l1"],
    ["02030200", "power-l2"],
    ["02030300", "power-l3"],
  ]);
  const [total] = alone[0]?.points ?? [];
  if (!total) throw new Error("no point");
  const data = Uint8Array.of(0x12, 0x25, 0x00);
  expect(decodePoint(total, dlt645RawOf(total, data), direct).scaled).toBe(2512);
});

it("aBlockThatIsTooShortGivesTheValuesItHasAndNoOther", () => {
  const [first, second] = planDlt645Reads(points).find(({ di }) => di === "0201FF00")?.points ?? [];
  if (!first || !second) throw new Error("no block");
  const data = Uint8Array.of(0x56, 0x22, 0x10);
  expect(decodePoint(first, dlt645RawOf(first, data), direct).scaled).toBe(2256);
  expect(decodePoint(second, dlt645RawOf(second, data), direct).scaled).toBeNull();
});

it("aMetersOwnRatioGoesBeforeTheConfiguredOneAndNoCtIsUnknown", () => {
  const meter = readDeviceProfile(
    "acrel/adl400",
    readFileSync(new URL("acrel/adl400.yaml", deviceProfilesDirectory), "utf8"),
  );
  expect(ratiosOf(meter.points, { "ct-ratio": 40, "pt-ratio": 1 }, { ct: 20 })).toEqual({ ct: 40, pt: 1 });
  expect(ratiosOf(meter.points, { "ct-ratio": null }, { ct: 20 })).toEqual({ ct: 20, pt: 1 });
  const unknown = ratiosOf(points, {});
  expect(unknown).toEqual({ ct: null, pt: 1 });
  const voltage = points.find(({ id }) => id === "voltage-l1");
  const current = points.find(({ id }) => id === "current-l1");
  expect(voltage && decodePoint(voltage, [0x56, 0x22], unknown).scaled).toBe(2256);
  expect(current && decodePoint(current, [0, 0, 0], unknown).scaled).toBeNull();
});
