import { KIND_UNITS } from "./column-units.ts";

/** A SITE.yaml to begin with; it is the one of docs/detection.md. */
export const SITE_EXAMPLE = `id: qingshi-dyes
utcOffsetMin: 480 # local time, minutes east of UTC; 480 unless told
formerLoadW: 60000 # power before the closure; 0: nobody knows
learning: { from: "2026-01-01T00:00:00+08:00", to: "2026-01-15T00:00:00+08:00" } # accepted at its end
declaredCut: [{ feeder: line-2, since: "2025-11-01T00:00:00+08:00" }] # cut by order
permits: [{ from: "2026-02-01T08:00:00+08:00", to: "2026-02-01T18:00:00+08:00", work: demolition }]
thresholds: { formerShare: 0.4 } # what the rules ask for instead of their defaults
channels: # the columns of the CSV file, by their names
  power: { kind: active-power, unit: kW, feeder: incomer }
  line2: { kind: voltage, unit: V, phase: L1, feeder: line-2, device: meter-2 }
  seal: { kind: contact, role: seal, label: 封条 S1, device: contacts } # 1 closed, 0 open
  voc: { kind: voc, unit: ppb, device: gas }
`;

const KINDS = Object.entries(KIND_UNITS)
  .map(([kind, { factors }]) => `  ${kind.padEnd(16)} ${Object.keys(factors).join(", ")}`.trimEnd())
  .join("\n");

/** What \`backtest --help\` prints. */
export const BACKTEST_HELP = `sealwatch-cloud backtest --site SITE.yaml --csv FILE.csv [--from TIME] [--to TIME]

Any past data of one site through the code that judges live.

FILE.csv  UTF-8, fields between commas. Line 1 is time,COLUMN,…; rows are in order of time. An empty field is no
          answer. A value is the mean of the interval that ends at its time, or the register of a counter
          (energy-import, energy-export, water-volume). Columns that SITE.yaml does not name are left out.
TIME      ISO 8601 such as 2026-01-15T00:15:00+08:00, or milliseconds since 1970. Without a zone it is local time
          of the site, by utcOffsetMin. --from and --to take rows of both times in.

Standard output has one JSON object a line: each change of the verdict, each change of an alert's level, and a summary.
Standard error has bad rows, which are skipped, by line and column. Exit code: 0 done, 1 the file cannot be used,
2 wrong usage or SITE.yaml.

SITE.yaml wants id and channels; the rest may be left out. Without learning nothing is accepted, and the verdict
stays learning.

${SITE_EXAMPLE}
Kinds and their units; a unit may be left out where no other is possible:

${KINDS}

Contacts have a role: door, seal, mains-present or other; normal: 0 where they are open while all is well.`;
