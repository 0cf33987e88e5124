import { dlt645Framing, rtuFraming } from "../sense/line-framing.ts";
import { characterMs, frameSilenceMs, type LineSettings } from "../sense/line-timing.ts";
import type { LinkRequest } from "../sense/link.ts";
import {
  BAUDS,
  PARITIES,
  settingsOf,
  settingsText,
  USUAL_METER_SETTINGS,
  USUAL_SETTINGS,
} from "./line-settings.ts";

/** How a line is spoken on. `settings` is null on Modbus TCP, which has none. */
export interface LineMode {
  readonly protocol: "modbus" | "dlt645";
  readonly settings: LineSettings | null;
}

/** One question of a scan, and what it costs when nobody answers. */
export interface ScanQuestion {
  readonly mode: LineMode;
  readonly request: LinkRequest;
  readonly estimateMs: number;
}

/** What is to be tried. */
export interface ScanWish {
  readonly line: "serial" | "modbus-tcp";
  readonly exhaustive: boolean;
  /** Instead of the usual ones. */
  readonly settings?: readonly LineSettings[] | undefined;
  readonly units?: readonly number[] | undefined;
  /** How long one answer may take, instead of the scan's own. */
  readonly timeoutMs?: number | undefined;
}

/** A scan of the usual settings takes no longer than this. */
export const USUAL_SCAN_MAX_MS = 180_000;
/** Kept free of it, to examine what is found. */
const EXAMINATION_MS = 25_000;

const UNIT_MAX = 247;
/** Installers count from 1: almost every device is among the first, asked at every setting, or the low, at the commonest. */
const FIRST_UNITS_MAX = 10;
const LOW_UNITS_MAX = 32;
const COMMONEST_SETTINGS = 3;
/** Most meters answer within 60 ms, slow transmitters within 100. */
const USUAL_TIMEOUT_MS = 100;
const EXHAUSTIVE_TIMEOUT_MS = 300;
const TCP_TIMEOUT_MS = 250;
/** DL/T 645-2007, 5.2.5: an answer begins within 500 ms. */
const METER_TIMEOUT_MS = 550;

/** The questions that find almost everything: a meter's address at its speeds, then low units at every setting. */
export function planFirstPass(wish: ScanWish): ScanQuestion[] {
  const modes = modbusModes(wish);
  const meters = meterModes(wish).map((mode) => meterQuestion(mode, wish));
  if (wish.units || looksAtAll(wish)) {
    const units = wish.units ?? unitsBetween(1, UNIT_MAX);
    return [...meters, ...modes.flatMap((mode) => probes(mode, units, wish))];
  }
  const first = unitsBetween(1, FIRST_UNITS_MAX);
  const low = unitsBetween(FIRST_UNITS_MAX + 1, LOW_UNITS_MAX);
  return [
    ...meters,
    ...modes.flatMap((mode) => probes(mode, first, wish)),
    ...modes.slice(0, COMMONEST_SETTINGS).flatMap((mode) => probes(mode, low, wish)),
  ];
}

/**
 * The units that the first pass left out: where it was answered, else at the commonest setting; as many as there is time for
 * after `spentMs`.
 */
export function planSecondPass(
  wish: ScanWish,
  answered: readonly LineMode[],
  spentMs: number,
): ScanQuestion[] {
  if (wish.units || looksAtAll(wish)) return [];
  const speaking = answered.filter(({ protocol }) => protocol === "modbus");
  const modes = speaking.length > 0 ? speaking : modbusModes(wish).slice(0, 1);
  const asked = modbusModes(wish).slice(0, COMMONEST_SETTINGS).map(modeText);
  const questions = modes.flatMap((mode) => {
    const from = asked.includes(modeText(mode)) ? LOW_UNITS_MAX : FIRST_UNITS_MAX;
    return probes(mode, unitsBetween(from + 1, UNIT_MAX), wish);
  });
  let leftMs = USUAL_SCAN_MAX_MS - EXAMINATION_MS - spentMs;
  return questions.filter((question) => {
    leftMs -= question.estimateMs;
    return leftMs >= 0;
  });
}

/** What questions cost together when nobody answers. */
export function estimateMs(questions: readonly ScanQuestion[]): number {
  return questions.reduce((sum, question) => sum + question.estimateMs, 0);
}

/** The time left for `remaining`, by the pace so far: what was estimated, and what it took. */
export function timeLeftMs(remaining: readonly ScanQuestion[], estimatedMs: number, tookMs: number): number {
  const pace = estimatedMs > 0 ? Math.min(Math.max(tookMs / estimatedMs, 0.01), 10) : 1;
  return estimateMs(remaining) * pace;
}

/** Names a mode to people, and tells it from others: `Modbus 9600 8N1`. */
export function modeText({ protocol, settings }: LineMode): string {
  const name = { modbus: "Modbus", dlt645: "DL/T 645" }[protocol];
  return settings ? `${name} ${settingsText(settings)}` : name;
}

function looksAtAll({ exhaustive, line }: ScanWish): boolean {
  return exhaustive || line === "modbus-tcp";
}

function modbusModes(wish: ScanWish): LineMode[] {
  if (wish.line === "modbus-tcp") return [{ protocol: "modbus", settings: null }];
  return settingsFor(wish, USUAL_SETTINGS).map((settings) => ({ protocol: "modbus", settings }));
}

function meterModes(wish: ScanWish): LineMode[] {
  if (wish.line === "modbus-tcp") return [];
  return settingsFor(wish, USUAL_METER_SETTINGS).map((settings) => ({ protocol: "dlt645", settings }));
}

function settingsFor(wish: ScanWish, usual: readonly LineSettings[]): readonly LineSettings[] {
  return wish.settings ?? (wish.exhaustive ? settingsOf(BAUDS, PARITIES) : usual);
}

/** Any answer shows that a unit is there, an exception too; register 0 by function 3 is what most devices have. */
function probes(mode: LineMode, units: readonly number[], wish: ScanWish): ScanQuestion[] {
  const usual = wish.exhaustive ? EXHAUSTIVE_TIMEOUT_MS : USUAL_TIMEOUT_MS;
  const timeoutMs = wish.timeoutMs ?? (wish.line === "modbus-tcp" ? TCP_TIMEOUT_MS : usual);
  const read = { functionCode: 3, address: 0, quantity: 1 } as const;
  return units.map((unit) => question(mode, { kind: "modbus-read", unit, read, timeoutMs }, timeoutMs));
}

function meterQuestion(mode: LineMode, wish: ScanWish): ScanQuestion {
  const timeoutMs = wish.timeoutMs ?? METER_TIMEOUT_MS;
  return question(mode, { kind: "dlt645-address", timeoutMs }, timeoutMs);
}

/** Unanswered, a question costs its own time on the wire, the wait, and the time that its late answer would take. */
function question(mode: LineMode, request: LinkRequest, timeoutMs: number): ScanQuestion {
  const { protocol, settings } = mode;
  if (!settings) return { mode, request, estimateMs: timeoutMs };
  const framing = protocol === "modbus" ? rtuFraming : dlt645Framing;
  const characters = (framing.encode(request)?.length ?? 0) + framing.replyLength(request);
  const wireMs = frameSilenceMs(settings) + characters * characterMs(settings);
  return { mode, request, estimateMs: timeoutMs + wireMs };
}

function unitsBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
