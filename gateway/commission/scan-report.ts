import { CONFIDENT_FROM, explainUnknown } from "./explain-unknown.ts";
import type { ProfileMatch } from "./match-profiles.ts";
import type { FoundDevice, ScanProgress, ScanResult } from "./scan-line.ts";
import { modeText, type ScanQuestion } from "./scan-plan.ts";

const MATCHES_SHOWN = 3;
const REASONS_SHOWN = 3;
/** A runner-up below this is no alternative. */
const MATCH_SHOWN_FROM = 0.02;
const GARBLED_SHOWN = 8;

/** One line that says how far the scan is. */
export function progressText({ mode, done, of, found, leftMs }: ScanProgress): string {
  return `${modeText(mode)}: question ${done + 1} of ${of}, ${found} found, ${durationText(leftMs)} left`;
}

/** A duration for people: `2 min 5 s`. */
export function durationText(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** What was found, for people. */
export function scanReport(result: ScanResult): string {
  const { found, garbled, shut, asked, tookMs, stopped } = result;
  const lines = [
    `${found.length} device${found.length === 1 ? "" : "s"} found with ${asked} questions in ${durationText(tookMs)}${stopped ? "; stopped before the end" : ""}`,
    ...found.flatMap(deviceLines),
    ...(garbled.length > 0 ? garbledLines(garbled) : []),
    ...shut.map(
      (mode) =>
        `! ${mode}: the line could not be opened: does run, or another program, hold it? doctor --config tells more`,
    ),
    ...(found.length === 0 && shut.length === 0 ? NOTHING_FOUND : []),
  ];
  return `${lines.join("\n")}\n`;
}

const NOTHING_FOUND = [
  "Nobody answered. Are A and B the right way round? Is the device powered? Is it the only master on the line?",
  "Other bauds, parities and units: --exhaustive.",
];

function deviceLines(device: FoundDevice): string[] {
  const { mode, station, examination, matches } = device;
  const where = `${modeText(mode)}, ${typeof station === "number" ? `unit ${station}` : `address ${station}`}`;
  const shown = matches.slice(0, MATCHES_SHOWN).filter(({ confidence }) => confidence >= MATCH_SHOWN_FROM);
  const unknown = explainUnknown(examination, matches);
  return [
    where,
    ...(unknown.length > 0
      ? ["  not recognised", ...unknown.map((line) => `    ${line}`)]
      : shown.flatMap(matchLines)),
  ];
}

function matchLines({ profile, confidence, reasons }: ProfileMatch, rank: number): string[] {
  const head = `  ${percent(confidence)} ${profile.vendor}/${profile.model}  ${profile.title.zh} ${profile.title.en}`;
  return [head, ...(rank === 0 ? reasons.slice(0, REASONS_SHOWN).map((reason) => `         ${reason}`) : [])];
}

/** Never 100 %: only a person at the type plate is sure. */
function percent(confidence: number): string {
  return `${Math.min(Math.round(confidence * 100), 99)} %`.padStart(5);
}

function garbledLines(garbled: readonly ScanQuestion[]): string[] {
  const where = garbled.slice(0, GARBLED_SHOWN).map(({ mode, request }) => {
    return `${modeText(mode)}${"unit" in request ? ` unit ${request.unit}` : ""}`;
  });
  return [
    `! bytes that are no frame came to ${garbled.length} question(s): ${where.join(", ")}${garbled.length > GARBLED_SHOWN ? ", …" : ""}`,
    "  At one unit only: two devices share this address; set one apart. At many: a device of another speed, or noise: look at A, B, ground and termination.",
  ];
}

/** True where a profile may be proposed for the configuration. */
export function proposed({ matches }: FoundDevice): ProfileMatch | null {
  const best = matches[0];
  return best && best.confidence >= CONFIDENT_FROM ? best : null;
}

/** The position of each input as it was examined: whoever scans a sealed plant finds it as it shall be. */
export function inputsNow({ answers }: ProfileMatch): Map<string, 0 | 1> {
  const inputs = answers.filter(({ point }) => point.kind === "contact");
  return new Map(inputs.map(({ point, value }) => [point.id, value === 0 ? 0 : 1]));
}
