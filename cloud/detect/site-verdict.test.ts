import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EvidenceKind, FindingRecord } from "./finding.ts";
import { HOUR_MS, MINUTE_MS } from "./local-time.ts";
import { judgeCourse, judgeSite, SiteCourse, type SiteEvidence } from "./site-verdict.ts";

const LLR: Record<EvidenceKind, number> = {
  power: 20,
  seal: 7,
  voc: 5,
  water: 5,
  door: 3,
  tampering: 2,
  silence: 0,
};

/** A finding `minute` minutes after 1970, told in one line. */
function finding(
  evidence: EvidenceKind,
  phase: FindingRecord["phase"],
  minute: number,
  more: Partial<
    Pick<FindingRecord, "strength" | "settling" | "gateway" | "openedAtMs" | "llr" | "conclusive">
  > = {},
): FindingRecord {
  const atMs = minute * MINUTE_MS;
  const openedAtMs = more.openedAtMs ?? atMs;
  return {
    key: `rule-${evidence}:1:${openedAtMs}`,
    gateway: "gw-000001",
    rule: `rule-${evidence}`,
    ruleVersion: 1,
    evidence,
    phase,
    atMs,
    openedAtMs,
    strength: evidence === "power" || evidence === "seal" ? "strong" : "weak",
    settling: false,
    window: { fromMs: openedAtMs, toMs: atMs },
    measured: 1,
    expected: 0,
    band: null,
    unit: "",
    text: { zh: `${evidence} 迹象`, en: `sign of ${evidence}` },
    proof: [],
    llr: LLR[evidence],
    ...more,
  };
}

function judge(findings: readonly FindingRecord[], untilMin: number, more: Partial<SiteEvidence> = {}) {
  return judgeSite({
    site: "qingshi-dyes",
    findings,
    silences: [],
    baseline: "accepted",
    untilMs: untilMin * MINUTE_MS,
    ...more,
  });
}

describe("level", () => {
  it.each<[string, FindingRecord[], string, string]>([
    ["nothing", [], "none", "sealed"],
    ["a door", [finding("door", "opened", 1)], "yellow", "signs"],
    ["weak power", [finding("power", "opened", 1, { strength: "weak" })], "yellow", "signs"],
    ["a seal", [finding("seal", "opened", 1)], "orange", "signs"],
    ["strong power", [finding("power", "opened", 1)], "orange", "signs"],
    [
      "two weak kinds",
      [finding("power", "opened", 1, { strength: "weak" }), finding("door", "opened", 3)],
      "orange",
      "signs",
    ],
    [
      "seal and strong power",
      [finding("seal", "opened", 1), finding("power", "opened", 9)],
      "red",
      "restarted",
    ],
    [
      "strong power and VOC",
      [finding("power", "opened", 1), finding("voc", "opened", 9)],
      "red",
      "restarted",
    ],
    ["strong water", [finding("water", "opened", 1, { strength: "strong" })], "orange", "signs"],
    [
      "load where it was proven dead",
      [finding("power", "opened", 1, { conclusive: true })],
      "red",
      "restarted",
    ],
    [
      "weak power that stayed until it and a seal say as much as strong power",
      [finding("power", "opened", 1, { strength: "weak", llr: 25 }), finding("seal", "opened", 3)],
      "red",
      "restarted",
    ],
    [
      "the same with a door two weeks ago",
      [finding("power", "opened", 20_000, { strength: "weak", llr: 25 }), finding("door", "opened", 3)],
      "yellow",
      "signs",
    ],
    ["two power findings", [finding("power", "opened", 1), finding("power", "opened", 2)], "orange", "signs"],
    [
      "a settling door and strong power",
      [finding("door", "opened", 1, { settling: true }), finding("power", "opened", 9)],
      "orange",
      "signs",
    ],
    [
      "a settling door and weak power",
      [finding("door", "opened", 1, { settling: true }), finding("power", "opened", 9, { strength: "weak" })],
      "yellow",
      "signs",
    ],
    [
      "a door and settling strong power",
      [finding("door", "opened", 1), finding("power", "opened", 9, { settling: true })],
      "orange",
      "signs",
    ],
    [
      "a seal 13 hours before strong power",
      [finding("seal", "opened", 1), finding("power", "opened", 782)],
      "orange",
      "signs",
    ],
  ])("%s", (_, findings, level, verdict) => {
    expect(judge(findings, Math.max(800, ...findings.map(({ atMs }) => atMs / MINUTE_MS)))).toMatchObject({
      level,
      verdict,
    });
  });

  it("a door that closed before the power rose still corroborates it", () => {
    const findings = [
      finding("door", "opened", 1),
      finding("door", "cleared", 33, { openedAtMs: MINUTE_MS }),
      finding("power", "opened", 60),
    ];
    expect(judge(findings, 70).level).toBe("red");
  });

  it("goes down when the power is back, and says so in the history", () => {
    const findings = [
      finding("seal", "opened", 1),
      finding("power", "opened", 9),
      finding("power", "cleared", 99, { openedAtMs: 9 * MINUTE_MS }),
    ];
    const judged = judge(findings, 800);
    expect(judged).toMatchObject({ verdict: "signs", level: "orange", sinceMs: 99 * MINUTE_MS });
    expect(judged.episodes[0]).toMatchObject({ level: "red", currentLevel: "orange", closedAtMs: null });
    expect(judged.episodes[0]?.history.map(({ atMs, level }) => [atMs / MINUTE_MS, level])).toEqual([
      [1, "orange"],
      [9, "red"],
      [99, "orange"],
    ]);
  });
});

describe("episode", () => {
  const visit = [
    finding("door", "opened", 10),
    finding("door", "cleared", 50, { openedAtMs: 10 * MINUTE_MS }),
  ];

  it("ends an hour after its last finding cleared", () => {
    expect(judge(visit, 109)).toMatchObject({ verdict: "signs", level: "yellow" });
    const judged = judge(visit, 110);
    expect(judged).toMatchObject({ verdict: "sealed", level: "none", sinceMs: 110 * MINUTE_MS });
    expect(judged.episodes[0]).toMatchObject({
      id: `qingshi-dyes:restart:${10 * MINUTE_MS}`,
      closedAtMs: 110 * MINUTE_MS,
      currentLevel: "none",
      level: "yellow",
    });
  });

  it("a later finding opens another", () => {
    expect(judge([...visit, finding("door", "opened", 111)], 112).episodes.length).toBe(2);
    expect(judge([...visit, finding("door", "opened", 109)], 112).episodes.length).toBe(1);
  });

  it("leads with the strongest reason and joins them with numbers", () => {
    const [episode] = judge(
      [finding("door", "opened", 1), finding("seal", "opened", 2), finding("power", "opened", 9)],
      10,
    ).episodes;
    expect(episode?.rule).toBe("rule-power");
    expect(episode?.sentence.zh).toBe("power 迹象；seal 迹象；door 迹象");
    expect(episode?.reasons.map(({ evidence }) => evidence)).toEqual(["power", "seal", "door"]);
  });

  it("a gap neither lowers nor ends it: an hour must be seen", () => {
    const silence = { gateway: "gw-000001", fromMs: 60 * MINUTE_MS, toMs: null };
    expect(judge(visit, 900, { silences: [silence] })).toMatchObject({ verdict: "signs", level: "yellow" });
    const ended = { ...silence, toMs: 300 * MINUTE_MS };
    expect(judge(visit, 359, { silences: [ended] })).toMatchObject({ verdict: "signs" });
    expect(judge(visit, 360, { silences: [ended] })).toMatchObject({ verdict: "sealed" });
    const red = [finding("seal", "opened", 1), finding("power", "opened", 9)];
    expect(judge(red, 9_000, { silences: [silence] })).toMatchObject({ verdict: "restarted", level: "red" });
  });
});

describe("silence", () => {
  it("is unknown while it lasts, one blue episode however many fall silent together", () => {
    const findings = [
      finding("silence", "opened", 5),
      finding("silence", "opened", 6, { gateway: "gw-000002" }),
    ];
    const silences = [{ gateway: "gw-000003", fromMs: 4 * MINUTE_MS, toMs: null }];
    const judged = judge(findings, 60, { silences });
    expect(judged).toMatchObject({ verdict: "unknown", level: "blue", sinceMs: 4 * MINUTE_MS });
    expect(judged.episodes.length).toBe(1);
    expect(judged.episodes[0]?.sentence.zh).toContain("网关 gw-000003 自 08:04 起无任何记录");
  });

  it("outranks learning, which outranks sealed", () => {
    const silences = [{ gateway: "gw-000001", fromMs: 0, toMs: null }];
    expect(judge([], 60, { silences, baseline: "learning" }).verdict).toBe("unknown");
    expect(judge([], 60, { baseline: "learning" }).verdict).toBe("learning");
    expect(judge([], 60).verdict).toBe("sealed");
  });

  it("that ended is unknown no more, and its episode ends an hour later", () => {
    const silences = [{ gateway: "gw-000001", fromMs: 0, toMs: 10 * MINUTE_MS }];
    expect(judge([], 11, { silences })).toMatchObject({
      verdict: "sealed",
      level: "blue",
      sinceMs: 10 * MINUTE_MS,
    });
    expect(judge([], 70, { silences })).toMatchObject({ verdict: "sealed", level: "none" });
  });
});

describe("any findings", () => {
  const arbitraryFinding = fc
    .tuple(
      fc.constantFrom<EvidenceKind>("power", "seal", "door", "voc", "silence"),
      fc.constantFrom<FindingRecord["phase"]>("opened", "updated", "cleared"),
      fc.nat({ max: 3_000 }),
      fc.nat({ max: 20 }),
      fc.boolean(),
      fc.constantFrom("gw-000001", "gw-000002"),
    )
    .map(([evidence, phase, opened, later, settling, gateway]) =>
      finding(evidence, phase, opened + (phase === "opened" ? 0 : later), {
        openedAtMs: opened * MINUTE_MS,
        settling,
        gateway,
      }),
    );

  it("are judged alike in any order", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitraryFinding, {
          maxLength: 30,
          selector: ({ gateway, key, phase }) => `${gateway}${key}${phase}`,
        }),
        fc.integer(),
        (findings, turn) => {
          const middle = Math.abs(turn) % (findings.length + 1);
          const other = [...findings.slice(middle), ...findings.slice(0, middle)].reverse();
          expect(judge(other, 5_000)).toEqual(judge(findings, 5_000));
        },
      ),
    );
  });

  it("have a level that a silence never lowers", () => {
    const rank = ["none", "blue", "yellow", "orange", "red"];
    fc.assert(
      fc.property(
        fc.array(arbitraryFinding, { maxLength: 20 }),
        fc.nat({ max: 3_000 }),
        (findings, fromMin) => {
          const silences = [{ gateway: "gw-000009", fromMs: fromMin * MINUTE_MS, toMs: null }];
          const with_ = judge(findings, 6_000, { silences }).level;
          expect(rank.indexOf(with_)).toBeGreaterThanOrEqual(rank.indexOf(judge(findings, 6_000).level));
        },
      ),
    );
  });

  it("red never comes from one physical kind", () => {
    fc.assert(
      fc.property(fc.array(arbitraryFinding, { maxLength: 30 }), (findings) => {
        for (const { level, reasons } of judge(findings, 6_000 + HOUR_MS / MINUTE_MS).episodes) {
          if (level === "red")
            expect(new Set(reasons.map(({ evidence }) => evidence)).size).toBeGreaterThan(1);
        }
      }),
    );
  });

  it("a course that goes on from a settled part is the whole course, and leaves the part as it was", () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryFinding, { maxLength: 30 }),
        fc.integer({ min: 0, max: 6_000 }),
        (findings, cutMin) => {
          const settled = new SiteCourse("qingshi-dyes");
          settled.takeAll(findings.filter(({ atMs }) => atMs < cutMin * MINUTE_MS));
          for (const _ of [1, 2]) {
            const course = new SiteCourse("qingshi-dyes", settled);
            course.takeAll(findings.filter(({ atMs }) => atMs >= cutMin * MINUTE_MS));
            expect(judgeCourse(course, "accepted", 6_000 * MINUTE_MS)).toEqual(judge(findings, 6_000));
          }
        },
      ),
    );
  });
});
