import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { MIDNIGHT_MS } from "../simulated-journal.fixture.ts";
import { judgeSite } from "../site-verdict.ts";
import { gatewaySilent } from "./gateway-silent.ts";

const gateway = "gw-000001";
const fromMs = MIDNIGHT_MS + 2 * HOUR_MS;

describe("a gateway from which nothing is heard", () => {
  it("is open while it lasts, and told with its minutes when it is over", () => {
    expect(
      gatewaySilent({ gateway, fromMs, toMs: null }, 480).map(({ phase, text }) => [phase, text]),
    ).toEqual([
      ["opened", { zh: "网关 gw-000001 自 02:00 起无任何记录", en: "gateway gw-000001 silent since 02:00" }],
    ]);
    const [opened, cleared] = gatewaySilent({ gateway, fromMs, toMs: fromMs + 12 * MINUTE_MS }, 480);
    expect(opened).toMatchObject({ phase: "opened", evidence: "silence", strength: "weak" });
    expect(cleared).toMatchObject({ phase: "cleared", key: opened?.key, measured: 12, unit: "min" });
    expect(cleared?.text).toEqual({
      zh: "网关 gw-000001 02:00–02:12 无任何记录",
      en: "02:00–02:12 nothing heard from gateway gw-000001",
    });
  });

  it("that ends before it began, by a clock that was set back, ends where it began", () => {
    const [, cleared] = gatewaySilent({ gateway, fromMs, toMs: fromMs - HOUR_MS }, 480);
    expect(cleared).toMatchObject({ atMs: fromMs, measured: 0 });
  });

  it("makes its site unknown, and a site without such a silence is sealed", () => {
    const judge = (silences: Parameters<typeof judgeSite>[0]["silences"]) =>
      judgeSite({
        ...{ site: "qingshi-dyes", findings: [], silences, baseline: "accepted" },
        untilMs: fromMs + HOUR_MS,
      });
    expect(judge([{ gateway, fromMs, toMs: null }])).toMatchObject({ verdict: "unknown", level: "blue" });
    expect(judge([])).toMatchObject({ verdict: "sealed", level: "none", episodes: [] });
  });
});
