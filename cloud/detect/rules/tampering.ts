import type { EventKind } from "@sealwatch/protocols";
import type { FindingRecord, Sentence } from "../finding.ts";
import { localTime } from "../local-time.ts";
import type { RuleContext } from "./rule.ts";

/** A meter stated something of itself that must not change. */
export interface MeterChange {
  readonly event: EventKind;
  readonly device: string;
  readonly channel: number;
  /** "old → new", as the gateway wrote it. */
  readonly note: string;
  readonly utcMs: number;
}

const RULE = { id: "tampering", version: 2 } as const;
/** A moderately likely sign by itself: technicians change ratios and clocks too. Nats. */
const LLR = 2;
const NOTE_MAX_CHARS = 80;

const WORDS: ReadonlyMap<EventKind, Sentence> = new Map([
  ["ratio-changed", { zh: "互感器变比被改动", en: "transformer ratio changed" }],
  ["serial-changed", { zh: "表号变化，可能换表", en: "serial number changed, perhaps another meter" }],
  ["device-clock-changed", { zh: "时钟被拨动", en: "clock was set" }],
]);

/** True for an event that is a sign of tampering with a meter. */
export function isMeterChange(event: EventKind): boolean {
  return WORDS.has(event);
}

/**
 * One finding a change, over as soon as it is told; strong when it is the ratio. It corroborates nothing (episode-level.ts).
 */
export function tampering(change: MeterChange, { gateway, site, place, emit }: RuleContext): void {
  const { event, device, channel, utcMs } = change;
  const words = WORDS.get(event);
  if (!words) return;
  const at = localTime(utcMs, site.utcOffsetMin);
  const note = change.note.slice(0, NOTE_MAX_CHARS);
  const opened: FindingRecord = {
    key: `${RULE.id}:${channel}:${utcMs}`,
    gateway,
    rule: RULE.id,
    ruleVersion: RULE.version,
    evidence: "tampering",
    phase: "opened",
    atMs: utcMs,
    openedAtMs: utcMs,
    channel,
    device,
    // A ratio is set once, when a meter is installed; serial numbers and clocks change in honest hands too.
    strength: event === "ratio-changed" ? "strong" : "weak",
    settling: false,
    window: { fromMs: utcMs, toMs: utcMs },
    measured: null,
    expected: null,
    band: null,
    unit: "",
    text: {
      zh: `${device} ${words.zh}（${at}）：${note}`,
      en: `${device}: ${words.en} at ${at}: ${note}`,
    },
    proof: [place],
    llr: LLR,
  };
  emit(opened);
  emit({ ...opened, phase: "cleared" });
}
