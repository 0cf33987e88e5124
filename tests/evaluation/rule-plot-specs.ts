/** A line of a panel: what was recorded of it. */
interface PlotLine {
  readonly label: string;
  readonly device: string;
  readonly point: string;
  readonly colour: string;
  /** Instead of the line itself: its daily share of this one of the same point, in percent. */
  readonly shareOf?: string;
}

interface PlotPanel {
  readonly unit: string;
  /** What one of the panel's units is in the channel's. */
  readonly per: number;
  readonly lines: readonly PlotLine[];
  /** The accepted baseline of the power channel, with its band. */
  readonly withBaseline?: boolean;
  /** A limit to draw, in the panel's unit. */
  readonly limit?: { readonly value: number; readonly label: string };
}

/** One plot: which case, which stretch of it, and what to show. */
export interface RulePlotSpec {
  readonly name: string;
  readonly title: string;
  readonly scenario: string;
  /** Hours from the beginning of the scenario's timeline. */
  readonly fromH: number;
  readonly toH: number;
  /** Hours that the site is watched before, a whole day and more unless told. */
  readonly warmUpH?: number;
  readonly panels: readonly PlotPanel[];
  /** Rules whose findings are shown. */
  readonly rules: readonly string[];
}

const BLUE = "#1f5fa8";
const GREEN = "#2e8b57";
const PURPLE = "#7b3fa0";

const total: PlotLine = { label: "功率 power", device: "meter", point: "power-total", colour: BLUE };
const phases: PlotLine[] = [
  { label: "L1", device: "meter", point: "power-l1", colour: PURPLE },
  { label: "L2", device: "meter", point: "power-l2", colour: GREEN },
  { label: "L3", device: "meter", point: "power-l3", colour: BLUE },
];
const volts: PlotLine = { label: "电压 voltage L1", device: "meter", point: "voltage-l1", colour: PURPLE };
const voc: PlotLine = { label: "VOC", device: "gas", point: "voc", colour: GREEN };

/** The rules, each with a case of the simulator that shows what it looks at. */
export const RULE_PLOTS: readonly RulePlotSpec[] = [
  {
    name: "power-rise",
    title: "持续升高 Power rise: a pump of 3 % on a floor that wanders",
    scenario: "pump-3-percent",
    fromH: -6,
    toH: 6,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["power-rise"],
  },
  {
    name: "power-switched",
    title: "启停负荷之上 Beside a load that switches: a pump of 2 %, a compressor of 1.5 %",
    scenario: "cold-store-2-percent",
    fromH: -3,
    toH: 3,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["power-rise"],
  },
  {
    name: "cut-feeder",
    title: "断电回路 A feeder proven dead, then live and loaded: red by itself",
    scenario: "dark-site-restart",
    fromH: -0.4,
    toH: 0.6,
    panels: [
      { unit: "V", per: 1, lines: [volts], limit: { value: 154, label: "70 %" } },
      { unit: "kW", per: 1_000, lines: [total] },
    ],
    rules: ["cut-feeder"],
  },
  {
    name: "night-energy",
    title: "夜间用电 Energy at night against the sealed nights",
    scenario: "pump-5-percent",
    fromH: -18,
    toH: 24,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["night-energy"],
  },
  {
    name: "machine-signature",
    title: "设备特征 Machines: three phases that rise together, beside a heater on L1 alone",
    scenario: "disguised-as-heater",
    fromH: -1,
    toH: 3,
    panels: [{ unit: "kW", per: 1_000, lines: phases }],
    rules: ["machine-signature"],
  },
  {
    name: "former-share",
    title: "占关停前负荷 Share of the former load: what was learned as normal is no shut plant",
    scenario: "ran-while-learning",
    fromH: -3,
    toH: 9,
    panels: [
      { unit: "kW", per: 1_000, lines: [total], withBaseline: true, limit: { value: 15, label: "25 %" } },
    ],
    rules: ["former-share"],
  },
  {
    name: "night-ratio",
    title: "夜昼之比 Night against day: two nights running",
    scenario: "night-batch",
    fromH: -18,
    toH: 36,
    panels: [{ unit: "kW", per: 1_000, lines: [total] }],
    rules: ["night-ratio"],
  },
  {
    name: "day-surge",
    title: "日用电激增 Day surge: a pump throttled up over two weeks",
    scenario: "slow-ramp",
    fromH: -24,
    toH: 200,
    panels: [{ unit: "kW", per: 1_000, lines: [total] }],
    rules: ["day-surge"],
  },
  {
    name: "feeder-share",
    title: "回路占比 A feeder's share of the site: a small pump from five in the afternoon to nine",
    scenario: "feeder-share-shift",
    fromH: -100,
    toH: 212,
    warmUpH: 120,
    panels: [
      {
        unit: "kW",
        per: 1_000,
        lines: [
          { ...total, label: "全厂 incomer" },
          { ...total, label: "工艺 process", device: "process-meter", colour: PURPLE },
        ],
      },
      {
        unit: "%",
        per: 1,
        lines: [
          {
            ...total,
            label: "工艺日占比 process, share of the day",
            device: "process-meter",
            colour: PURPLE,
            shareOf: "meter",
          },
        ],
      },
    ],
    rules: ["feeder-share"],
  },
  {
    name: "voc-rise",
    title: "挥发物 Gas above its background: a machine on a generator behind a door",
    scenario: "diesel-generator",
    fromH: -6,
    toH: 10,
    panels: [{ unit: "ppb", per: 1, lines: [voc] }],
    rules: ["voc-rise"],
  },
  {
    name: "water-on-cut",
    title: "断水后用水 Water through a supply declared cut",
    scenario: "water-reconnected",
    fromH: -2,
    toH: 8,
    panels: [
      {
        unit: "m³",
        per: 1,
        lines: [{ label: "水表 register", device: "water", point: "water-volume", colour: BLUE }],
      },
    ],
    rules: ["water-on-cut"],
  },
  {
    name: "water-flow",
    title: "断水后用水（流量） Water through a supply declared cut, by a meter that gives its flow",
    scenario: "water-flow-reconnected",
    fromH: -2,
    toH: 14,
    panels: [
      {
        unit: "m³/h",
        per: 1,
        lines: [{ label: "流量 flow", device: "water", point: "water-flow", colour: BLUE }],
      },
    ],
    rules: ["water-on-cut"],
  },
  {
    name: "contact-opened",
    title: "封条 A seal opened and glued behind its contact",
    scenario: "seal-glued",
    fromH: -1,
    toH: 3,
    panels: [
      {
        unit: "",
        per: 1,
        lines: [{ label: "封条 seal-s2，1 = 闭合 closed", device: "contacts", point: "di4", colour: BLUE }],
      },
      { unit: "kW", per: 1_000, lines: [total] },
    ],
    rules: ["contact-opened", "power-rise"],
  },
  {
    name: "bypass",
    title: "绕越计量 A bypassed meter: no load any more while the voltage is live",
    scenario: "meter-bypassed",
    fromH: -3,
    toH: 3,
    panels: [
      { unit: "kW", per: 1_000, lines: [total], withBaseline: true },
      { unit: "V", per: 1, lines: [volts] },
    ],
    rules: ["bypass"],
  },
  {
    name: "device-silent",
    title: "失联 Silence: unknown, never normal",
    scenario: "sensor-unplugged",
    fromH: -3,
    toH: 18,
    panels: [{ unit: "ppb", per: 1, lines: [voc] }],
    rules: ["device-silent"],
  },
];
