import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { refusalCounter } from "./refusal-counter.ts";

describe("refusals", () => {
  it("areAllCountedAndLoggedOnceASource", () => {
    const lines: string[] = [];
    const counter = refusalCounter(pino({}, { write: (line: string) => lines.push(line) }));
    for (let time = 0; time < 50; time++) counter.refuse("bad-frame", "gw-1");
    counter.refuse("bad-frame", "gw-2");
    expect(counter.totals()).toEqual({ "bad-frame": 51 });
    expect(lines).toHaveLength(2);
  });

  it("aFloodOfSourcesIsCountedWithoutEnd", () => {
    const lines: string[] = [];
    const counter = refusalCounter(pino({}, { write: (line: string) => lines.push(line) }));
    for (let source = 0; source < 5000; source++) counter.refuse("unknown", `source-${source}`);
    expect(counter.totals()).toEqual({ unknown: 5000 });
    expect(lines).toHaveLength(1000);
    counter.refuse("forged", "source-9");
    expect(lines).toHaveLength(1001);
  });
});
