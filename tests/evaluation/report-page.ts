import { escapeMarkup } from "@sealwatch/platform";
import type { DetectorScore, ScenarioScore } from "./detector-score.ts";
import { type Evaluation, equalPerYear } from "./evaluate.ts";
import type { Goal, PairedResult } from "./goals.ts";
import { delayByLevel, detectionByLevel, operatingCurves } from "./report-plots.ts";
import { caseTimelines } from "./report-timelines.ts";
import type { Scoreboard } from "./scoreboard.ts";
import { wilson } from "./scores.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly scores: Scoreboard;
  readonly paired: readonly PairedResult[];
  readonly goals: readonly Goal[];
  readonly spentS: number;
}

const STYLE = `body{font:15px/1.55 system-ui,"Noto Sans CJK SC",sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid #d5dae1;padding-bottom:.3rem}
h1 small,h2 small,th small,td small{color:#5d6878;font-weight:normal;font-size:.8em}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #e6e9ee;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}svg .grid{stroke:#e2e6ec}.met{color:#1a7f4b}.missed{color:#b3261e;font-weight:600}
.figures{display:flex;gap:1.5rem;flex-wrap:wrap}.figures div{min-width:10rem}.figures b{display:block;font-size:1.6rem}details{margin:.3rem 0}summary{cursor:pointer}`;

/** The page: Chinese first, English beside; plots are inline. */
export function reportPage(input: ReportInput): string {
  const { evaluation, scores } = input;
  return `<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>封哨检测评测 Sealwatch evaluation</title><style>${STYLE}</style>
<h1>检测评测报告 <small>Detection evaluation, ${evaluation.plan.name}, ${input.spentS} s</small></h1>
${figures(input)}
<h2>目标 <small>Goals</small></h2>${goalTable(input.goals)}
<h2>各负荷水平的发现率 <small>Detected within 24 h, by share of the former load, Wilson 95 %</small></h2>${detectionByLevel(scores)}
<h2>各负荷水平的延迟 <small>Median delay by level; at the top: not within a day</small></h2>${delayByLevel(scores)}
<h2>工作曲线：2% 负荷 <small>Operating curves at 2 %: false alarms a site-year against detection within 24 h</small></h2>${operatingCurves(evaluation, scores)}
<h2>场景 <small>Scenarios</small></h2>${scenarioTable(evaluation, scores)}
<h2>误报 <small>False orange and red by scenario, with the exact Poisson bound</small></h2>${alarmTable(evaluation, scores)}
<h2>同行 <small>Peers on the same sites, recalibrated to one false alarm in ten years</small></h2>${peerTable(scores)}
<h2>配对比较 <small>Paired, site by site; peers allowed ${equalPerYear(evaluation.quiet)} false alarms a site-year (equal) or 0.1 (nominal)</small></h2>${pairedTable(input.paired)}
<h2>告警时间线 <small>Alarm timelines; a black mark is the restart</small></h2>${caseTimelines(evaluation)}
</html>
`;
}

function figures({ scores, goals }: ReportInput): string {
  const { rate, upper95, siteYears, red } = scores.falseOrangeRedPerSiteYear;
  const met = goals.filter((goal) => goal.met).length;
  const figure = (value: string, zh: string, en: string) =>
    `<div><b>${value}</b>${zh}<br><small>${en}</small></div>`;
  return `<div class="figures">${figure(String(rate), `橙红误报/厂点·年（上限 ${upper95}）`, "false orange or red a site-year")}
${figure(String(siteYears), "厂点·年", "site-years watched")}${figure(String(red), "红色误报", "false red")}
${figure(`${met}/${goals.length}`, "达到的目标", "goals met")}${figure(String(scores.calibrationError), "校准误差（最差折）", "held-out ÷ nominal, worst fold")}</div>`;
}

function goalTable(goals: readonly Goal[]): string {
  const row = ({ name, met, detail }: Goal) =>
    `<tr><td class="${met ? "met" : "missed"}">${met ? "达到 met" : "未达 missed"}</td><td>${escapeMarkup(name)}</td><td>${escapeMarkup(detail)}</td></tr>`;
  const missed = goals.filter(({ met }) => !met);
  const met = goals.filter((goal) => goal.met);
  return `<table>${missed.map(row).join("")}</table><details><summary>达到的目标 met: ${met.length}</summary><table>${met.map(row).join("")}</table></details>`;
}

function scenarioTable({ scenarios }: Evaluation, scores: Scoreboard): string {
  const rows = scenarios
    .filter(({ truth }) => truth.restart)
    .map(({ name, title, truth }) => {
      const score = scores.scenarios[name];
      return score ? scenarioRow(`${title.zh} <small>${title.en}</small>`, truth.expect.level, score) : "";
    });
  const fast = Object.entries(scores.scenarios)
    .filter(([name]) => name.endsWith("@10s"))
    .map(([name, score]) => scenarioRow(`${name} <small>10 s</small>`, "orange", score));
  return `<table><tr><th>场景 <small>scenario</small></th><th>应达 <small>expected</small></th><th class="n">发现 <small>orange or red</small></th><th class="n">Wilson 95 %</th><th class="n">中位 <small>median</small></th><th class="n">p95</th></tr>${[...rows, ...fast].join("")}</table>`;
}

function scenarioRow(title: string, level: string, score: ScenarioScore): string {
  const { low, high } = wilson(score.detected, score.total);
  return `<tr><td>${title}</td><td>${level}</td><td class="n">${score.detected}/${score.total}</td><td class="n">${percent(low)}–${percent(high)}</td><td class="n">${delay(score.delayMedianS)}</td><td class="n">${delay(score.delayP95S)}</td></tr>`;
}

function alarmTable(
  { scenarios }: Evaluation,
  { falseOrangeRedPerSiteYear, yellowPerSiteYear }: Scoreboard,
): string {
  const titles = new Map(scenarios.map(({ name, title }) => [name, title]));
  const rows = [
    ...Object.entries(falseOrangeRedPerSiteYear.bySampling).map(
      ([name, rate]) => [`采样 ${name} <small>sampling</small>`, rate, null] as const,
    ),
    ...Object.entries(falseOrangeRedPerSiteYear.byScenario).map(
      ([name, rate]) =>
        [
          `${titles.get(name)?.zh ?? ""} <small>${titles.get(name)?.en ?? name}</small>`,
          rate,
          yellowPerSiteYear.byScenario[name]?.rate ?? null,
        ] as const,
    ),
  ].map(
    ([title, { alarms, siteYears, rate, upper95 }, yellow]) =>
      `<tr><td>${title}</td><td class="n">${alarms}</td><td class="n">${siteYears}</td><td class="n">${rate}</td><td class="n">${upper95}</td><td class="n">${yellow ?? ""}</td></tr>`,
  );
  return `<table><tr><th>场景 <small>scenario</small></th><th class="n">误报 <small>alarms</small></th><th class="n">厂点·年 <small>site-years</small></th><th class="n">每年 <small>a year</small></th><th class="n">95 % 上限 <small>upper</small></th><th class="n">黄色每年 <small>yellow a year</small></th></tr>${rows.join("")}</table>`;
}

function peerTable({ peers, ...own }: Scoreboard): string {
  const row = (name: string, score: DetectorScore) => {
    const { rate, upper95 } = score.falseOrangeRedPerSiteYear;
    const cells = [2, 3, 5].map((level) => {
      const at = score.scenarios[`pump-${level}-percent`];
      return `<td class="n">${at ? `${at.detected}/${at.total}` : ""} <small>${delay(at?.delayMedianS ?? null)}</small></td>`;
    });
    return `<tr><td>${name}</td><td class="n">${rate} <small>&lt; ${upper95}</small></td>${cells.join("")}<td class="n">${score.calibrationError}</td></tr>`;
  };
  const rows = [
    row("封哨 Sealwatch", own),
    ...Object.entries(peers).map(([name, score]) => row(name, score)),
  ];
  return `<table><tr><th>检测器 <small>detector</small></th><th class="n">误报/年 <small>false a year</small></th><th class="n">2 %</th><th class="n">3 %</th><th class="n">5 %</th><th class="n">校准误差 <small>calibration</small></th></tr>${rows.join("")}</table>`;
}

function pairedTable(paired: readonly PairedResult[]): string {
  const rows = paired.map(
    ({ peer, allowance, level, floor, earlier, later, muchLater, p }) =>
      `<tr><td>${peer}</td><td>${allowance}</td><td class="n">${Math.round(level * 100)} %</td><td>${floor}</td><td class="n">${earlier}</td><td class="n">${later}</td><td class="n">${muchLater}</td><td class="n">${p.toPrecision(2)}</td></tr>`,
  );
  return `<details><summary>展开 show</summary><table><tr><th>同行 <small>peer</small></th><th>误报 <small>false alarms</small></th><th class="n">水平 <small>level</small></th><th>底噪 <small>floor</small></th><th class="n">更早 <small>earlier</small></th><th class="n">更晚 <small>later</small></th><th class="n">晚于一个采样 <small>by over a sample</small></th><th class="n">p</th></tr>${rows.join("")}</table></details>`;
}

function delay(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 600) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}`;
}
