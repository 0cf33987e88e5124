import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "../context-entry.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { contactChanged, MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "../written-channels.fixture.ts";

const DAYS = 8;
const ACCEPTED: ContextEntry[] = [
  { kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + DAYS * DAY_MS, by: "李工" },
];
const START_MS = DAYS * DAY_MS + 30 * MINUTE_MS;

/** Watts of one moment, by phase, and its reactive power. */
interface Load {
  readonly watts: readonly [number, number, number];
  readonly reactiveVar: number;
  readonly volts?: number;
}

function plus(one: Load, other: Load): Load {
  const [a, b, c] = one.watts;
  const [x, y, z] = other.watts;
  return { ...one, watts: [a + x, b + y, c + z], reactiveVar: one.reactiveVar + other.reactiveVar };
}

const FLOOR: Load = { watts: [210, 190, 60], reactiveVar: 240 };
const MACHINE: Load = { watts: [600, 606, 594], reactiveVar: 1_210 };
const COMPRESSOR: Load = { watts: [300, 303, 297], reactiveVar: 600 };
const LAMPS: Load = { watts: [1_800, 0, 0], reactiveVar: 0 };
const THREE_PHASE_HEATER: Load = { watts: [600, 600, 600], reactiveVar: 0 };

/** On for eleven minutes of every twenty-four, or as told. */
const cycles =
  (load: Load, onMin = 11, everyMin = 24) =>
  (sinceMs: number): Load =>
    sinceMs >= 0 && (sinceMs / MINUTE_MS) % everyMin < onMin ? plus(FLOOR, load) : FLOOR;

function channels(intervalMs: number, give: readonly string[] = ["power", "pf"]): ChannelDescription[] {
  const on = { intervalMs, decimals: 0 } as const;
  const phases = ["L1", "L2", "L3"] as const;
  return [
    channel(1, "active-power", { ...on, unit: "W", phase: "total" }),
    ...phases.flatMap((phase, index) => [
      ...(give.includes("power") ? [channel(2 + index, "active-power", { ...on, unit: "W", phase })] : []),
      ...(give.includes("current")
        ? [channel(5 + index, "current", { ...on, unit: "A", decimals: 2, phase })]
        : []),
    ]),
    channel(8, "voltage", { ...on, unit: "V", phase: "L1" }),
    ...(give.includes("pf") ? [channel(9, "power-factor", { ...on, decimals: 3 })] : []),
    channel(20, "contact", { device: "contacts-1", contact: { role: "mains-present", normal: 1 } }),
  ];
}

function reading(atMs: number, { watts, reactiveVar, volts = 228 }: Load): JournalRecord {
  const [a, b, c] = watts;
  const total = a + b + c;
  const apparent = (each: number): number => Math.hypot(each, reactiveVar / 3);
  return sample(atMs, {
    1: total,
    2: a,
    3: b,
    4: c,
    5: Math.round((100 * apparent(a)) / volts),
    6: Math.round((100 * apparent(b)) / volts),
    7: Math.round((100 * apparent(c)) / volts),
    8: volts,
    9: Math.round((1_000 * total) / Math.hypot(total, reactiveVar)),
  });
}

/** Sealed days as `sealed` says, accepted, then `after` from half past midnight on. */
function watch(
  sealed: (atMs: number) => Load,
  after: (sinceMs: number) => Load,
  options: { intervalMs?: number; hours?: number; give?: readonly string[]; more?: JournalRecord[] } = {},
) {
  const { intervalMs = MINUTE_MS, hours = 8, give, more = [] } = options;
  const records: JournalRecord[] = [];
  for (let atMs = intervalMs; atMs < START_MS + hours * HOUR_MS; atMs += intervalMs) {
    for (const [index, record] of more.entries()) {
      if (record.atMs > atMs - intervalMs && record.atMs <= atMs)
        records.push(...more.slice(index, index + 1));
    }
    const wobble = Math.round(4 * Math.sin(atMs));
    const load = atMs < START_MS ? sealed(atMs) : after(atMs - START_MS);
    records.push(reading(atMs, plus(load, { watts: [wobble, -wobble, 0], reactiveVar: 0 })));
  }
  const watched = watchChannels(channels(intervalMs, give), records, {
    context: ACCEPTED,
    site: { formerLoadW: 60_000 },
  });
  const machine = watched.findings.filter(({ rule }) => rule === "machine-signature");
  return { ...watched, machine };
}

const quiet = (): Load => FLOOR;

describe("a machine's signature", () => {
  it("is strong at the fourth start of a three-phase machine in the rhythm of a single-phase heater", () => {
    const { machine } = watch(cycles(LAMPS), (sinceMs) =>
      plus(cycles(LAMPS)(sinceMs + 3 * MINUTE_MS), cycles(MACHINE)(sinceMs)),
    );
    const strong = machine.find(({ strength }) => strength === "strong");
    expect(machine[0]?.strength).toBe("weak");
    expect(strong).toMatchObject({ evidence: "power", measured: 4, expected: 0, unit: "starts" });
    expect((strong?.atMs ?? 0) - MIDNIGHT_MS - START_MS).toBeLessThanOrEqual(74 * MINUTE_MS);
    expect(strong?.text.zh).toMatch(
      /三相平衡负荷起动 4 次，每次约 1\.[89] kW，功率因数 0\.8\d，封停期间每天 0\.0 次/,
    );
  });

  it("is neither a heater's on one phase nor on three", () => {
    expect(watch(quiet, cycles(LAMPS)).machine).toEqual([]);
    expect(watch(quiet, cycles(THREE_PHASE_HEATER)).machine).toEqual([]);
  });

  it("of a compressor that the accepted baseline showed is not told, another machine's beside it is", () => {
    expect(watch(cycles(COMPRESSOR, 16, 32), cycles(COMPRESSOR, 16, 24)).machine).toEqual([]);
    const { machine } = watch(cycles(COMPRESSOR, 16, 32), (sinceMs) =>
      plus(cycles(COMPRESSOR, 16, 32)(sinceMs + 5 * MINUTE_MS), cycles(MACHINE, 20, 45)(sinceMs)),
    );
    expect(machine.map(({ strength }) => strength)).toContain("strong");
  });

  it.each([10_000, 15 * MINUTE_MS, HOUR_MS])("is seen at a reading every %i ms", (intervalMs) => {
    // Slow sampling meets the machine now on, now off.
    const rhythm = cycles(MACHINE, 35, 95);
    const { machine } = watch(quiet, rhythm, { intervalMs, hours: 24 });
    expect(machine.map(({ strength }) => strength)).toContain("strong");
    expect(watch(quiet, quiet, { intervalMs, hours: 24 }).machine).toEqual([]);
  });

  it("is seen in currents where the phases' power is not measured, and weak without a power factor", () => {
    const { machine } = watch(quiet, cycles(MACHINE), { give: ["current", "pf"] });
    expect(machine.map(({ strength }) => strength)).toContain("strong");
    const blind = watch(quiet, cycles(MACHINE), { give: ["power"] }).machine;
    expect(new Set(blind.map(({ strength }) => strength))).toEqual(new Set(["weak"]));
  });

  it("is no return of the mains, and no voltage that came back", () => {
    const back = contactChanged(START_MS + MINUTE_MS, { channel: 20, value: 1 });
    const gone = contactChanged(START_MS, { channel: 20, value: 0 });
    const soon = watch(quiet, cycles(MACHINE, 3, 6), { hours: 0.45, more: [gone, back] });
    expect(soon.machine).toEqual([]);
    const sagging = (sinceMs: number): Load => {
      const isSag = sinceMs >= 0 && (sinceMs / MINUTE_MS) % 20 < 10;
      return { watts: isSag ? [400, 400, 400] : [620, 620, 620], reactiveVar: 900, volts: isSag ? 180 : 228 };
    };
    expect(watch(() => sagging(-1), sagging).machine).toEqual([]);
  });

  it("clears six hours after the last start", () => {
    const { machine } = watch(quiet, (sinceMs) => cycles(MACHINE)(sinceMs < 3 * HOUR_MS ? sinceMs : -1), {
      hours: 12,
    });
    const cleared = machine.at(-1);
    expect(cleared?.phase).toBe("cleared");
    expect((cleared?.atMs ?? 0) - (cleared?.window.toMs ?? 0)).toBeGreaterThanOrEqual(6 * HOUR_MS);
  });
});

describe("a machine whose phases are taken off the list", () => {
  const removed: JournalRecord = {
    type: "channels",
    atMs: START_MS + 3 * HOUR_MS,
    channels: channels(MINUTE_MS, []),
  };

  it("is cleared then, in words that say why, and once", () => {
    const { machine } = watch(quiet, cycles(MACHINE), { hours: 4, more: [removed] });
    expect(machine.filter(({ phase }) => phase === "cleared")).toHaveLength(1);
    expect(machine.at(-1)).toMatchObject({ phase: "cleared", atMs: MIDNIGHT_MS + START_MS + 3 * HOUR_MS });
    expect(machine.at(-1)?.text.zh).toMatch(/每天 0\.0 次，此后三相读数已从配置中移除$/);
    expect(machine.at(-1)?.text.en).toMatch(
      /a day while sealed; then its phases were taken off the configuration$/,
    );
  });

  it("and was not found has nothing to clear", () => {
    expect(watch(quiet, quiet, { hours: 4, more: [removed] }).machine).toEqual([]);
  });
});

describe("while nothing is accepted", () => {
  it("a machine of a tenth of the former load is strong, a compressor is nothing", () => {
    const big: Load = { watts: [2_400, 2_400, 2_400], reactiveVar: 4_500 };
    const open = (load: Load) =>
      watch(cycles(load), quiet, { hours: 0 }).machine.filter(({ phase }) => phase === "opened");
    const [first] = open(big);
    expect(first?.atMs).toBeLessThan(MIDNIGHT_MS + 2 * HOUR_MS);
    expect(watch(cycles(big), quiet, { hours: 0 }).machine.map(({ strength }) => strength)).toContain(
      "strong",
    );
    expect(open(COMPRESSOR)).toEqual([]);
  });
});

describe("at one reading a second", () => {
  it("the inrush is told, and is proof of a motor where no power factor is", () => {
    const intervalMs = 1_000;
    const records: JournalRecord[] = [];
    const begin = DAYS * DAY_MS;
    for (let day = 0; day < DAYS; day++)
      for (let second = 1; second < 60; second++) records.push(reading(day * DAY_MS + 1_000 * second, FLOOR));
    for (let second = 0; second < 7_200; second++) {
      const since = (second % 1_200) - 300;
      const times = since < 0 || since > 600 ? 0 : 1 + 4 * Math.exp(-since / 0.8);
      const watts = MACHINE.watts.map((each) => each * times);
      const [a = 0, b = 0, c = 0] = watts;
      records.push(reading(begin + 1_000 * second, plus(FLOOR, { watts: [a, b, c], reactiveVar: 0 })));
    }
    const { findings } = watchChannels(channels(intervalMs, ["power"]), records, { context: ACCEPTED });
    const machine = findings.filter(({ rule }) => rule === "machine-signature");
    expect(machine.at(-1)).toMatchObject({ strength: "strong" });
    expect(machine.at(-1)?.text.en).toMatch(/starts of about 1\.8 kW.*inrush about 5 times/);
  });
});
