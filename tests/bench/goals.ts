/** What a bench must reach: every number of its last line that has a goal. */
interface Goal {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What a person waits for a list, a search or a case page, at the 95th percentile. */
export const P95_GOAL_MS = 100;

const GOALS: Readonly<Record<string, Readonly<Record<string, Goal>>>> = {
  api: {
    p95ListMs: { atMost: P95_GOAL_MS },
    p95SearchMs: { atMost: P95_GOAL_MS },
    p95CaseMs: { atMost: P95_GOAL_MS },
  },
  bus: { cycleRatio: { atMost: 1.1 }, cadenceOneDead: { atLeast: 0.95 }, cadenceFiveDead: { atLeast: 0.9 } },
  gateway: {
    rssMbLarge: { atMost: 150 },
    cpuLarge: { atMost: 0.5 },
    missedPolls: { atMost: 0 },
    rssMbSmall: { atMost: 120 },
    cpuSmall: { atMost: 0.03 },
  },
  uplink: {
    segmentBytesPerReading: { atMost: 1.1 },
    mbPerSiteMonthTls: { atMost: 7 },
    mbPerSiteMonthIpEstimated: { atMost: 12 },
    flashMbPerDay: { atMost: 80 },
  },
  drain: { seconds: { atMost: 60 }, alarmSeconds: { atMost: 2 } },
  detect: { readingsPerS: { atLeast: 400_000 }, stateBytes: { atMost: 8_192 } },
};

/** The goals of a bench that its result misses, one sentence each. */
export function missedGoals(bench: string, result: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(GOALS[bench] ?? {}).flatMap(([key, { atMost, atLeast }]) => {
    const value = Number(result[key]);
    if (atMost !== undefined && !(value <= atMost))
      return [`${key} is ${value}, at most ${atMost} is the goal`];
    if (atLeast !== undefined && !(value >= atLeast))
      return [`${key} is ${value}, at least ${atLeast} is the goal`];
    return [];
  });
}
