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
  { label: "L1 相 phase", device: "meter", point: "power-l1", colour: PURPLE },
  { label: "L2 相 phase", device: "meter", point: "power-l2", colour: GREEN },
  { label: "L3 相 phase", device: "meter", point: "power-l3", colour: BLUE },
];
const volts: PlotLine = { label: "电压 voltage L1", device: "meter", point: "voltage-l1", colour: PURPLE };
const voc: PlotLine = { label: "挥发物 VOC", device: "gas", point: "voc", colour: GREEN };

/** The rules, each with a case of the simulator that shows what it looks at. */
export const RULE_PLOTS: readonly RulePlotSpec[] = [
  {
    name: "power-rise",
    title: "功率升高：底噪漂移之上一台 3% 的泵 Power rise: a pump of 3 % on a floor that wanders",
    scenario: "pump-3-percent",
    fromH: -6,
    toH: 6,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["power-rise"],
  },
  {
    name: "power-switched",
    title: "1.5% 的压缩机旁一台 2% 的泵 A pump of 2 % beside a compressor of 1.5 %",
    scenario: "cold-store-2-percent",
    fromH: -3,
    toH: 3,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["power-rise"],
  },
  {
    name: "cut-feeder",
    title: "已证实断电的回路复电带载，单独即红 A feeder proven dead, then live and loaded: red by itself",
    scenario: "dark-site-restart",
    fromH: -0.4,
    toH: 0.6,
    panels: [
      { unit: "V", per: 1, lines: [volts], limit: { value: 154, label: "额定的 70 % of nominal" } },
      { unit: "kW", per: 1_000, lines: [total] },
    ],
    rules: ["cut-feeder"],
  },
  {
    name: "night-energy",
    title: "夜间用电，对照封停之夜 Energy at night against the sealed nights",
    scenario: "pump-5-percent",
    fromH: -18,
    toH: 24,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["night-energy"],
  },
  {
    name: "machine-signature",
    title: "设备特征：三相同升；电热器仅在 L1 Machines: three phases rise; a heater is on L1 alone",
    scenario: "disguised-as-heater",
    fromH: -1,
    toH: 3,
    panels: [{ unit: "kW", per: 1_000, lines: phases }],
    rules: ["machine-signature"],
  },
  {
    name: "former-share",
    title: "占关停前负荷：学成常态也不算停产 Share of the former load: learned as normal, yet not shut",
    scenario: "ran-while-learning",
    fromH: -3,
    toH: 9,
    panels: [
      {
        unit: "kW",
        per: 1_000,
        lines: [total],
        withBaseline: true,
        limit: { value: 15, label: "关停前的 25 % of the former load" },
      },
    ],
    rules: ["former-share"],
  },
  {
    name: "night-ratio",
    title: "夜昼之比：连续两夜 Night against day: two nights running",
    scenario: "night-batch",
    fromH: -18,
    toH: 36,
    panels: [{ unit: "kW", per: 1_000, lines: [total] }],
    rules: ["night-ratio"],
  },
  {
    name: "day-surge",
    title: "日用电激增：两周内逐步开大的泵 Day surge: a pump throttled up over two weeks",
    scenario: "slow-ramp",
    fromH: -24,
    toH: 200,
    panels: [{ unit: "kW", per: 1_000, lines: [total] }],
    rules: ["day-surge"],
  },
  {
    name: "feeder-share",
    title: "回路占比：小泵每日 17 时至次日 9 时 A feeder's share: a small pump, 17:00 to 09:00",
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
    title: "挥发物高于背景：门后用发电机开机 Gas above its background: a machine on a generator",
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
    title: "断水后用水（按流量） Water through a supply declared cut, by its flow",
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
    title: "封条断开一分钟后粘回 A seal opened, and glued a minute later",
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
    title: "绕越计量：负荷消失而电压仍在 A bypassed meter: no load any more while the voltage is live",
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
    name: "tampering",
    title: "变比被改：电表从此只计一部分 The ratio is changed: from then on the meter counts a part",
    scenario: "ct-ratio-changed",
    fromH: -1,
    toH: 2,
    panels: [{ unit: "kW", per: 1_000, lines: [total], withBaseline: true }],
    rules: ["tampering"],
  },
  {
    name: "device-silent",
    title: "失联：不明，绝非正常 Silence: unknown, never normal",
    scenario: "sensor-unplugged",
    fromH: -3,
    toH: 18,
    panels: [{ unit: "ppb", per: 1, lines: [voc] }],
    rules: ["device-silent"],
  },
];
