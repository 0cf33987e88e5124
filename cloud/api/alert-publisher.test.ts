import { systemClock } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { infoAlert } from "../cases/provisional-alert.ts";
import { alertPublisher, isLateNews } from "./alert-publisher.ts";
import type { AlertView } from "./contract.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;
const late = (id: string, ageH: number, part: Partial<AlertView> = {}): AlertView => ({
  ...infoAlert(id, "site", "r", { zh: "", en: "" }, NOW_MS - ageH * HOUR_MS, NOW_MS),
  ...{ late: true, ...part },
});

/** Publishes and returns what the pages were told until a digest came. */
function publish(alerts: readonly AlertView[]): Promise<[string, object][]> {
  const told: [string, object][] = [];
  return new Promise((resolve) => {
    const stream = {
      publish: (event: string, _regionPath: string, data: object) => {
        told.push([event, data]);
        if (event === "digest") resolve(told);
      },
    };
    // A clock whose waits are over at once.
    const clock = { ...systemClock, wallMs: () => NOW_MS, sleepUntil: async () => {} };
    const tell = alertPublisher(clock, stream, () => "county/", new AbortController().signal);
    for (const alert of alerts) tell(alert);
  });
}

describe("late alerts", () => {
  it("areToldAsOneDigestASite", async () => {
    const closed = { closedMs: NOW_MS - HOUR_MS, level: "orange" as const };
    const told = await publish([late("a", 50), late("b", 9, closed), late("a", 50)]);
    expect(told).toEqual([
      [
        "digest",
        {
          ...{ site: "site", alerts: 2, open: 1, level: "orange", recordedMs: NOW_MS },
          ...{ fromMs: NOW_MS - 50 * HOUR_MS, toMs: NOW_MS - 9 * HOUR_MS },
        },
      ],
    ]);
  });

  it("holdUpNoAlertOfThePresent", async () => {
    const told = await publish([late("a", 50), late("now", 0, { late: false })]);
    expect(told.map(([event]) => event)).toEqual(["alert", "digest"]);
  });

  it("areNewsAgainWhenSomethingHappensInThemNow", () => {
    const history = [
      { level: "red" as const, eventMs: NOW_MS - 1000, recordedMs: NOW_MS, withdrawnMs: null },
    ];
    expect(isLateNews(late("a", 50, { history }))).toBe(false);
    expect(isLateNews(late("a", 50))).toBe(true);
  });
});
