import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "../context-entry.ts";
import { DAY_MS, MINUTE_MS } from "../local-time.ts";
import { contactChanged, MIDNIGHT_MS, pollingRun } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const CHANNELS = [
  channel(1, "active-power", { unit: "W" }),
  channel(2, "voltage", { unit: "V", phase: "L1" }),
  channel(3, "voltage", { unit: "V", phase: "L2" }),
  channel(9, "contact", { device: "contacts-1", contact: { role: "mains-present", normal: 1 } }),
];
const CONTEXT: ContextEntry[] = [
  { kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 8 * DAY_MS, by: "李工" },
];
const START_MIN = 8 * 1_440 + 10;

/** Eight learned days of 400 W, then so many minutes of something else. */
function journal(minutes: number, after: readonly [watts: number, l1: number, l2: number]): JournalRecord[] {
  return Array.from({ length: START_MIN + minutes }, (_, index) => {
    const [watts, l1, l2] = index < START_MIN ? [400 + (index % 7), 228, 229] : after;
    return sample((index + 1) * MINUTE_MS, { 1: watts, 2: l1, 3: l2 });
  });
}

const mains = [contactChanged(1, { channel: 9, value: 1 })];

describe("a meter that no longer measures the site", () => {
  it("whose standby load is gone for half an hour with its voltage live is orange, with both powers", () => {
    const { opened, verdict } = watchChannels(CHANNELS, journal(40, [2, 228, 229]), { context: CONTEXT });
    expect(opened.map(({ rule, strength }) => [rule, strength])).toEqual([["bypass", "strong"]]);
    expect(opened[0]?.text.zh).toBe(
      "meter-1 00:11–00:41 仅 0.00 kW，已知待机负荷 0.40 kW 消失而线路有电，疑似绕越计量",
    );
    expect(verdict.level).toBe("orange");
  });

  it("a grid outage takes power and voltage together and is none", () => {
    const records = [
      ...journal(0, [0, 0, 0]),
      contactChanged(START_MIN * MINUTE_MS + 1, { channel: 9, value: 0 }),
    ];
    const dark = journal(200, [0, 1, 1]).slice(START_MIN);
    expect(watchChannels(CHANNELS, [...mains, ...records, ...dark], { context: CONTEXT }).findings).toEqual(
      [],
    );
  });

  it("without voltage while the mains contact is closed for ten minutes is orange", () => {
    const { opened } = watchChannels(CHANNELS, [...mains, ...journal(15, [0, 2, 2])], { context: CONTEXT });
    expect(opened.map(({ text }) => text.en)).toEqual([
      "meter-1: no voltage 00:12–00:22 (1 % of nominal) while the mains contact is closed: perhaps bypassed".replace(
        "00:12–00:22",
        opened[0]?.text.en.match(/\d\d:\d\d–\d\d:\d\d/)?.[0] ?? "",
      ),
    ]);
    expect(opened[0]?.strength).toBe("strong");
  });

  it("that lost one phase is weak, and clears when it is back", () => {
    const lost = journal(20, [300, 40, 229]);
    const back = Array.from({ length: 5 }, (_, index) =>
      sample((START_MIN + 21 + index) * MINUTE_MS, { 1: 400, 2: 228, 3: 229 }),
    );
    const { findings } = watchChannels(CHANNELS, [...lost, ...back], { context: CONTEXT });
    expect(findings.map(({ phase, strength }) => [phase, strength])).toContainEqual(["opened", "weak"]);
    expect(findings.at(-1)?.phase).toBe("cleared");
    expect(findings[0]?.text.zh).toContain("一相失压（额定的 18%）");
  });

  it("a few minutes are none, nor is a stretch that nobody looked at", () => {
    expect(watchChannels(CHANNELS, journal(20, [2, 228, 229]), { context: CONTEXT }).findings).toEqual([]);
    const gone = [1, 400].map((minute) => sample((START_MIN + minute) * MINUTE_MS, { 1: 2, 2: 228, 3: 229 }));
    const records = [...journal(0, [0, 0, 0]), ...gone, pollingRun(1, 2, 9, 1)];
    expect(watchChannels(CHANNELS, records, { context: CONTEXT }).findings).toEqual([]);
  });
});
