import { expect, test } from "vitest";
import type { ChannelView } from "../../api/contract.ts";
import { channelName, latestReading } from "./latest-reading.ts";

const NOW = 1_900_000_000_000;

function channel(over: Partial<ChannelView>): ChannelView {
  return {
    ...{
      gateway: "gw-1",
      id: 1,
      device: "meter",
      point: "power-total",
      kind: "active-power",
      phase: "total",
    },
    ...{ unit: "W", label: "", feeder: null, contact: null },
    latest: { atMs: NOW, value: 1200, quality: "good" },
    ...over,
  };
}

test("aGoodReadingIsPlain", () => {
  expect(latestReading(channel({}), NOW)).toEqual({
    tone: "good",
    value: { text: "1.20", unit: "kW" },
    note: null,
  });
});

test("silenceIsNeverGood", () => {
  const silent = channel({ latest: { atMs: NOW, value: null, quality: "no-answer" } });
  expect(latestReading(silent, NOW)).toMatchObject({ tone: "unknown", note: { zh: "无应答" } });
  expect(latestReading(channel({ latest: null }), NOW).tone).toBe("unknown");
  expect(latestReading(channel({}), NOW + 3_600_000)).toMatchObject({
    tone: "unknown",
    note: { zh: "旧读数" },
  });
});

test("anExceptionNamesItsCode", () => {
  const refused = channel({ latest: { atMs: NOW, value: null, quality: "exception(2)" } });
  expect(latestReading(refused, NOW).note?.en).toBe("device exception 2");
});

test("aContactIsJudgedByItsNormalPosition", () => {
  const seal = channel({ kind: "contact", contact: { role: "seal", normal: 1 }, phase: null });
  const at = (value: number) =>
    latestReading({ ...seal, latest: { atMs: NOW, value, quality: "good" } }, NOW).tone;
  expect([at(1), at(0)]).toEqual(["good", "abnormal"]);
  const mains = { ...seal, contact: { role: "mains-present" as const, normal: 0 } };
  expect(latestReading({ ...mains, latest: { atMs: NOW, value: 1, quality: "good" } }, NOW)).toMatchObject({
    tone: "abnormal",
    value: { zh: "有电" },
  });
});

test("aChannelWithoutALabelIsCalledByWhatItMeasures", () => {
  expect(channelName(channel({}))).toEqual({ zh: "有功功率 总", en: "active power total" });
  expect(channelName(channel({ label: "总表" })).zh).toBe("总表");
});
