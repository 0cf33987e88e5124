import type { EventKind, JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { restartLevel } from "../episode-level.ts";
import { EPOCH_A, foldBatches } from "../fold-batches.fixture.ts";
import { MINUTE_MS } from "../local-time.ts";
import { epochStart, MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { judgeSite } from "../site-verdict.ts";

const changed = (event: EventKind, atMs: number, note: string): JournalRecord => ({
  ...{ type: "event", event, atMs, note, device: "meter-1", channel: 2, value: 400 },
});
const find = (...records: JournalRecord[]) =>
  foldBatches([{ epoch: EPOCH_A, records: [...epochStart(MIDNIGHT_MS, MINUTE_MS), ...records] }]).findings;

describe("a meter that changes under us", () => {
  it.each([
    [
      "ratio-changed",
      "strong",
      "40 → 80",
      "meter-1 互感器变比被改动（02:00）：40 → 80",
      "transformer ratio changed",
    ],
    [
      "serial-changed",
      "weak",
      "7 → 8",
      "meter-1 表号变化，可能换表（02:00）：7 → 8",
      "serial number changed, perhaps another meter",
    ],
    [
      "device-clock-changed",
      "weak",
      "02:00:00 → 01:00:00",
      "meter-1 时钟被拨动（02:00）：02:00:00 → 01:00:00",
      "clock was set",
    ],
  ] as const)("is one finding: %s, %s", (event, strength, note, zh, en) => {
    const findings = find(changed(event, 120 * MINUTE_MS, note));
    expect(findings.map(({ phase, strength, evidence }) => [phase, strength, evidence])).toEqual([
      ["opened", strength, "tampering"],
      ["cleared", strength, "tampering"],
    ]);
    expect(new Set(findings.map(({ key }) => key)).size).toBe(1);
    expect(findings[0]?.text.zh).toBe(zh);
    expect(findings[0]?.text.en).toBe(`meter-1: ${en} at 02:00: ${note}`);
  });

  it("is no event of another kind, nor a quiet hour", () => {
    expect(find(changed("device-regained", 1_000, "7 → 8"), changed("config-applied", 2_000, "3"))).toEqual(
      [],
    );
    expect(find()).toEqual([]);
  });

  it("keeps the alert's level once it is told, and leaves the site at yellow for the hour until that ends", () => {
    const findings = find(changed("ratio-changed", 120 * MINUTE_MS, "40 → 80"));
    const at = (minute: number) =>
      judgeSite({
        ...{ site: "qingshi-dyes", findings, silences: [], baseline: "accepted" },
        untilMs: MIDNIGHT_MS + minute * MINUTE_MS,
      });
    expect(at(150)).toMatchObject({ verdict: "signs", level: "yellow" });
    expect(at(150).episodes).toMatchObject([{ level: "orange", currentLevel: "yellow" }]);
    expect(at(180)).toMatchObject({ verdict: "sealed", level: "none" });
  });

  it("is orange alone when it is the ratio, and does not make load of its own cause red", () => {
    const findings = find(changed("ratio-changed", 120 * MINUTE_MS, "40 → 80"));
    expect(restartLevel(findings)).toBe("orange");
    expect(restartLevel(find(changed("serial-changed", 1_000, "7 → 8")))).toBe("yellow");
    const [sign] = findings;
    if (!sign) throw new Error("no finding");
    const load = { ...sign, key: "p", evidence: "power", strength: "strong" } as const;
    expect(restartLevel([load, ...findings])).toBe("orange");
  });

  it("is told for each of several changes", () => {
    const two = [changed("ratio-changed", 1_000, "1 → 2"), changed("ratio-changed", 2_000, "2 → 1")];
    expect(new Set(find(...two).map(({ key }) => key)).size).toBe(2);
  });
});
