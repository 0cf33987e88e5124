import { seededRandom } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { type FloorOptions, MIDNIGHT_MS, QUIET_FLOOR } from "../simulated-journal.fixture.ts";
import { accepted, FORMER_LOAD_W, simulate, strongAlarms } from "./power-site.fixture.ts";

describe("false alarms", { timeout: 240_000 }, () => {
  it("sampling turned up from a minute to 10 s gives none in half a year", () => {
    const site = accepted(21, QUIET_FLOOR);
    site.run(180 * DAY_MS, 10_000);
    expect(strongAlarms(site.findings)).toBe(0);
  });
});

it("habitual leaps of a floor with heavy tails raise no more than one strong alarm a year", () => {
  for (let seed = 1; seed <= 2; seed++) {
    const random = seededRandom(seed, "habitualLeaps");
    let leap = 0;
    const heavy = (): number => {
      leap = 0.9 * leap + (random.uniform() < 0.01 ? 130 * random.normal() : 0);
      return leap;
    };
    const site = simulate(seed, QUIET_FLOOR);
    site.run(14 * DAY_MS + 6 * HOUR_MS, MINUTE_MS, heavy);
    site.accept();
    site.run(365 * DAY_MS, MINUTE_MS, heavy);
    expect(strongAlarms(site.findings)).toBeLessThanOrEqual(1);
  }
});

describe("delay", () => {
  it.each([1, 3, 10, 30])(
    "a full restart is strong within 30 s at 1-s sampling, %i s into a bin",
    (offsetS) => {
      const site = accepted(offsetS, QUIET_FLOOR);
      site.run(10 * MINUTE_MS + offsetS * 1_000, 1_000);
      const startMs = site.now();
      site.run(2 * MINUTE_MS, 1_000, () => FORMER_LOAD_W);
      expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(30);
    },
  );

  it("five per cent of the former load is strong within 30 s at 1-s sampling", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const site = accepted(seed, QUIET_FLOOR);
      site.run(10 * MINUTE_MS + seed * 1_700, 1_000);
      const startMs = site.now();
      site.run(2 * MINUTE_MS, 1_000, () => 3_000);
      expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(30);
    }
  });

  it.each([10_000, MINUTE_MS, 15 * MINUTE_MS, HOUR_MS])(
    "a full restart is strong within two samples %i ms apart",
    (stepMs) => {
      const site = accepted(4, QUIET_FLOOR);
      site.run(4 * stepMs, stepMs);
      const startMs = site.now();
      site.run(3 * stepMs, stepMs, () => FORMER_LOAD_W);
      expect(site.strongAfterS(startMs)).toBeLessThanOrEqual((2 * stepMs) / 1_000);
    },
  );

  it("hourly means alone teach a baseline and show a restart within two samples", () => {
    const site = simulate(8, QUIET_FLOOR);
    site.run(10 * DAY_MS, HOUR_MS);
    site.accept();
    site.run(30 * DAY_MS, HOUR_MS);
    expect(site.findings).toEqual([]);
    const startMs = site.now();
    site.run(3 * HOUR_MS, HOUR_MS, () => 3_000);
    expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(7_200);
  });

  it("one pump of two per cent that stays on is found within an hour under strong wander", () => {
    const site = accepted(6, { ...QUIET_FLOOR, noiseW: 100, wanderW: 100 });
    const startMs = site.now();
    site.run(2 * HOUR_MS, MINUTE_MS, () => 1_200);
    expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(3_600);
  });
});

describe("a plant whose idle floor is as loud as one pump", () => {
  const LOUD: FloorOptions = {
    ...QUIET_FLOOR,
    meanW: 3_000,
    rhythmW: 600,
    noiseW: 300,
    noiseTauMs: 1_300_000,
    wanderW: 300,
  };

  it("gives no strong alarm in three years", () => {
    for (let seed = 1; seed <= 3; seed++) {
      const site = accepted(seed, LOUD);
      site.run(365 * DAY_MS, MINUTE_MS);
      expect(strongAlarms(site.findings)).toBe(0);
    }
  });

  it("shows a pump of two per cent within half an hour, nine times of ten", () => {
    const delaysS = Array.from({ length: 20 }, (_, seed) => {
      const site = accepted(100 + seed, LOUD);
      site.run(2 * HOUR_MS, MINUTE_MS);
      const startMs = site.now();
      site.run(2 * HOUR_MS, MINUTE_MS, () => 1_200);
      return site.strongAfterS(startMs);
    });
    expect(delaysS.filter((delayS) => delayS <= 1_800).length).toBeGreaterThanOrEqual(18);
  });
});

describe("one reading", () => {
  const LEAP_W = 5_000;

  it("is strong by itself when it leaps further than twenty years of quiet would", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const site = accepted(seed, QUIET_FLOOR);
      site.run(2 * HOUR_MS, MINUTE_MS);
      const startMs = site.now();
      site.run(2 * MINUTE_MS, MINUTE_MS, () => LEAP_W);
      expect(site.strongAfterS(startMs)).toBe(60);
    }
  });

  it.each<[string, (site: ReturnType<typeof accepted>) => void]>([
    [
      "is what fell shortly before",
      (site) => {
        site.run(2 * HOUR_MS, MINUTE_MS, () => -LEAP_W);
        site.run(HOUR_MS, MINUTE_MS);
      },
    ],
    ["is more than the plant ever took", (site) => site.run(MINUTE_MS, MINUTE_MS, () => 3 * FORMER_LOAD_W)],
  ])("is no proof when it %s", (_, happen) => {
    const site = accepted(1, QUIET_FLOOR);
    site.run(2 * HOUR_MS, MINUTE_MS);
    happen(site);
    expect(strongAlarms(site.findings)).toBe(0);
  });

  it("is judged by the leaps that were learned: where something switches daily it takes more", () => {
    const lamp = (utcMs: number): number => (utcMs % DAY_MS < 9 * HOUR_MS ? 2_000 : 0);
    const site = simulate(1, QUIET_FLOOR);
    site.run(14 * DAY_MS + 6 * HOUR_MS, MINUTE_MS, lamp);
    site.accept();
    site.run(2 * DAY_MS, MINUTE_MS, lamp);
    const startMs = site.now();
    site.run(3 * MINUTE_MS, MINUTE_MS, (utcMs) => lamp(utcMs) + 2_500);
    expect(site.strongAfterS(startMs)).toBeGreaterThan(60);
  });
});

describe("a floor on which a compressor switches", () => {
  const COLD: FloorOptions = { ...QUIET_FLOOR, meanW: 5_000, noiseW: 150, wanderW: 150 };
  const compressor = (utcMs: number): number => (utcMs % (32 * MINUTE_MS) < 16 * MINUTE_MS ? 900 : 0);

  function learnedBeside(seed: number, switched = compressor) {
    const site = simulate(seed, COLD);
    site.run(14 * DAY_MS + 6 * HOUR_MS, MINUTE_MS, switched);
    site.accept();
    return site;
  }

  it("gives no strong alarm in two years", () => {
    for (let seed = 1; seed <= 2; seed++) {
      const site = learnedBeside(seed);
      site.run(365 * DAY_MS, MINUTE_MS, compressor);
      expect(strongAlarms(site.findings)).toBe(0);
    }
  });

  it("gives none either when the compressor takes a quarter more in summer", () => {
    const seasonal = (utcMs: number): number =>
      compressor(utcMs) * (1 + 0.25 * Math.sin((2 * Math.PI * utcMs) / (90 * DAY_MS)));
    const site = learnedBeside(3, seasonal);
    site.run(180 * DAY_MS, MINUTE_MS, seasonal);
    expect(strongAlarms(site.findings)).toBe(0);
  });

  it("shows a pump of two per cent by the compressor's next start, nine times of ten", () => {
    const delaysS = Array.from({ length: 20 }, (_, seed) => {
      const site = learnedBeside(20 + seed);
      site.run(DAY_MS + seed * 7 * MINUTE_MS, MINUTE_MS, compressor);
      const startMs = site.now();
      site.run(DAY_MS, MINUTE_MS, (utcMs) => compressor(utcMs) + 1_200);
      return site.strongAfterS(startMs);
    });
    expect(delaysS.filter((delayS) => delayS <= 1_200).length).toBeGreaterThanOrEqual(18);
  });

  it("is judged as well where the meter shows a flat line between its switches", () => {
    const site = simulate(1, { ...QUIET_FLOOR, noiseW: 0, wanderW: 0, rhythmW: 0 });
    site.run(14 * DAY_MS + 6 * HOUR_MS, MINUTE_MS, compressor);
    site.accept();
    site.run(30 * DAY_MS, MINUTE_MS, compressor);
    expect(site.findings).toEqual([]);
    expect(JSON.parse(JSON.stringify(site.state))).toEqual(site.state);
    const startMs = site.now();
    site.run(HOUR_MS, MINUTE_MS, (utcMs) => compressor(utcMs) + 600);
    expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(60);
  });

  it("says by how much one reading rose where the band hides it", () => {
    const site = learnedBeside(4);
    site.run(DAY_MS, MINUTE_MS, compressor);
    site.run(40 * MINUTE_MS, MINUTE_MS, (utcMs) => compressor(utcMs) + 1_200);
    const { text } = site.findings[0] ?? {};
    expect(text?.zh).toMatch(/ ± \d\.\d+ kW；一次读数间升高 [01]\.\d+ kW，封停时至多 0\.\d\d kW$/);
    expect(text?.en).toMatch(
      /; rose [01]\.\d+ kW from one reading to the next, at most 0\.\d\d kW while sealed$/,
    );
  });

  it("shows three per cent with the first reading, whatever the compressor does", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const site = learnedBeside(seed);
      site.run(DAY_MS + seed * 7 * MINUTE_MS, MINUTE_MS, compressor);
      const startMs = site.now();
      site.run(2 * MINUTE_MS, MINUTE_MS, (utcMs) => compressor(utcMs) + 1_800);
      expect(site.strongAfterS(startMs)).toBe(60);
    }
  });
});

describe("what every quiet day does", () => {
  /** A guard who boils water for five minutes at any hour, and a defrosting twice a day. */
  const kettle = habit("kettle", { watts: 1_500, times: 1, minutes: 5 });
  const defrosting = habit("defrosting", { watts: 1_500, times: 2, minutes: 20 });
  const compressor = (utcMs: number): number => (utcMs % (31 * MINUTE_MS) < 15 * MINUTE_MS ? 900 : 0);

  it.each<[string, (utcMs: number) => number]>([
    ["a kettle", kettle],
    ["a kettle beside a compressor", (utcMs) => kettle(utcMs) + compressor(utcMs)],
    ["defrosting beside a compressor", (utcMs) => defrosting(utcMs) + compressor(utcMs)],
  ])(
    "%s raises no more than one strong alarm in half a year, and hides no pump of two per cent",
    (_, daily) => {
      const site = simulate(1, { ...QUIET_FLOOR, meanW: 5_000, noiseW: 100, wanderW: 150 });
      site.run(14 * DAY_MS + 6 * HOUR_MS, MINUTE_MS, daily);
      site.accept();
      site.run(180 * DAY_MS, MINUTE_MS, daily);
      expect(strongAlarms(site.findings)).toBeLessThanOrEqual(1);
      const startMs = site.now();
      site.run(DAY_MS, MINUTE_MS, (utcMs) => daily(utcMs) + 1_200);
      expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(4 * 3_600);
    },
  );
});

describe("a finding", () => {
  it("is not raised while learning, whatever happens", () => {
    const site = simulate(1, QUIET_FLOOR);
    site.run(3 * DAY_MS, MINUTE_MS, (utcMs) => (utcMs > MIDNIGHT_MS + 2 * DAY_MS ? 50_000 : 0));
    site.accept();
    expect(site.findings).toEqual([]);
    expect(site.state.accepted).toBeNull();
    expect(site.state.ready).toBe(false);
  });

  it("is raised after a learning period of which half the nights were polluted", () => {
    const site = simulate(2, QUIET_FLOOR);
    const night = (utcMs: number): boolean => (utcMs - MIDNIGHT_MS) % DAY_MS < 5 * HOUR_MS;
    const isOdd = (utcMs: number): boolean => Math.floor((utcMs - MIDNIGHT_MS) / DAY_MS) % 2 === 1;
    site.run(14 * DAY_MS + HOUR_MS / 2, MINUTE_MS, (utcMs) => (night(utcMs) && isOdd(utcMs) ? 20_000 : 0));
    site.accept();
    const startMs = site.now();
    site.run(HOUR_MS, MINUTE_MS, () => 20_000);
    expect(site.strongAfterS(startMs)).toBeLessThanOrEqual(120);
  });

  it("names window, power and baseline, grows, and clears after half an hour back in the band", () => {
    const site = accepted(3, QUIET_FLOOR);
    const startMs = site.now();
    site.run(45 * MINUTE_MS, MINUTE_MS, () => 3_000);
    const stopMs = site.now();
    site.run(2 * HOUR_MS, MINUTE_MS);
    const [opened, cleared] = [site.findings[0], site.findings.at(-1)];
    expect(opened?.phase).toBe("opened");
    expect(opened?.window.fromMs).toBe(startMs + MINUTE_MS);
    expect(cleared?.phase).toBe("cleared");
    expect(cleared?.window).toEqual({ fromMs: startMs + MINUTE_MS, toMs: stopMs });
    expect((cleared?.atMs ?? 0) - stopMs).toBeGreaterThanOrEqual(30 * MINUTE_MS);
    expect((cleared?.atMs ?? 0) - stopMs).toBeLessThanOrEqual(45 * MINUTE_MS);
    expect(cleared?.measured).toBeGreaterThan(3);
    expect(cleared?.text.zh).toMatch(/^06:01–06:45 功率 3\.\d kW，封停基线 0\.\d\d ± 0\.\d\d kW$/);
    expect(cleared?.text.en).toMatch(/^06:01–06:45 power 3\.\d kW, sealed baseline 0\.\d\d ± 0\.\d\d kW$/);
    expect(cleared?.llr).toBeGreaterThan(opened?.llr ?? Infinity);
    const updates = site.findings.slice(1, -1);
    expect(updates.every(({ phase, key }) => phase === "updated" && key === opened?.key)).toBe(true);
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.length).toBeLessThan(6);
  });

  it("of a small pump stands for hours while the pump runs, and mostly ends within a day of its stop", () => {
    const LOUD: FloorOptions = {
      ...QUIET_FLOOR,
      noiseW: 300,
      noiseTauMs: 1_300_000,
      wanderW: 300,
      meanW: 3_000,
    };
    let [stood, ended] = [0, 0];
    for (let seed = 100; seed < 120; seed++) {
      const site = accepted(seed, LOUD);
      site.run(2 * HOUR_MS, MINUTE_MS);
      site.run(6 * HOUR_MS, MINUTE_MS, () => 1_200);
      if (!site.findings.some(({ phase }) => phase === "cleared")) stood += 1;
      site.run(2 * HOUR_MS, MINUTE_MS);
      if (site.state.open === null) ended += 1;
    }
    expect(stood).toBeGreaterThanOrEqual(19);
    expect(ended).toBeGreaterThanOrEqual(17);
  });

  it("does not clear in a hole of several hours", () => {
    const site = accepted(3, QUIET_FLOOR);
    site.run(20 * MINUTE_MS, MINUTE_MS, () => 3_000);
    site.run(6 * MINUTE_MS, MINUTE_MS);
    site.run(6 * HOUR_MS, 6 * HOUR_MS);
    expect(site.findings.some(({ phase }) => phase === "cleared")).toBe(false);
  });
});

/** Something that runs so many times a day for so many minutes, at any hour. */
function habit(
  name: string,
  { watts, times, minutes }: { watts: number; times: number; minutes: number },
): (utcMs: number) => number {
  const random = seededRandom(5, name);
  let day = -1;
  let starts: number[] = [];
  return (utcMs) => {
    const today = Math.floor(utcMs / DAY_MS);
    if (today !== day) {
      day = today;
      starts = Array.from({ length: times }, () => today * DAY_MS + random.uniform() * (DAY_MS - HOUR_MS));
    }
    const runs = starts.some((startMs) => utcMs >= startMs && utcMs < startMs + minutes * MINUTE_MS);
    return runs ? watts : 0;
  };
}
