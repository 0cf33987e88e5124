import type { Clock } from "@sealwatch/platform";
import { type DeviceProfile, exceptionQuality, QUALITY } from "@sealwatch/protocols";
import type { Link, LinkReply, LinkRequest } from "../sense/link.ts";
import { examineDevice } from "./examine-device.ts";
import { type Examination, matchProfiles, type ProfileMatch } from "./match-profiles.ts";
import type { Station } from "./profile-questions.ts";
import {
  estimateMs,
  type LineMode,
  modeText,
  planFirstPass,
  planSecondPass,
  type ScanQuestion,
  type ScanWish,
  timeLeftMs,
} from "./scan-plan.ts";

/** A device that answered. */
export interface FoundDevice {
  readonly mode: LineMode;
  readonly station: Station;
  readonly examination: Examination;
  readonly matches: readonly ProfileMatch[];
}

/** What a scan found. */
export interface ScanResult {
  readonly found: readonly FoundDevice[];
  /** Questions to which something came that was no frame: another speed, or two devices at one address. */
  readonly garbled: readonly ScanQuestion[];
  /** Modes, by modeText, whose line could not be opened. */
  readonly shut: readonly string[];
  readonly asked: number;
  readonly tookMs: number;
  /** True when it was stopped before its end. */
  readonly stopped: boolean;
}

/** How far a scan is. */
export interface ScanProgress {
  readonly mode: LineMode;
  readonly done: number;
  readonly of: number;
  readonly found: number;
  readonly leftMs: number;
}

/** What a scan works with. `openLink` opens the line in a mode; only one is open at a time. */
export interface ScanParts {
  readonly openLink: (mode: LineMode) => Link;
  readonly profiles: readonly DeviceProfile[];
  readonly clock: Clock;
  readonly tell: (progress: ScanProgress) => void;
  readonly signal: AbortSignal;
}

/** What a TCP gateway says for a unit that is not on its line (Modbus V1.1b3, 7). */
const NOBODY_THERE = [exceptionQuality(0x0a), exceptionQuality(0x0b)];

/** Asks a line through; resolves at once with what was found so far when the signal aborts. */
export async function scanLine(wish: ScanWish, parts: ScanParts): Promise<ScanResult> {
  const scan = new Scan(parts);
  try {
    await scan.ask(planFirstPass(wish), (leftMs) =>
      planSecondPass(wish, scan.answeredModes(), scan.tookMs() + leftMs),
    );
    await scan.ask(planSecondPass(wish, scan.answeredModes(), scan.tookMs()));
  } finally {
    await scan.leaveLine();
  }
  return scan.result();
}

type Foretold = (leftMs: number) => readonly ScanQuestion[];

class Scan {
  readonly #parts: ScanParts;
  readonly #startedMs: number;
  readonly #found: FoundDevice[] = [];
  readonly #garbled: ScanQuestion[] = [];
  readonly #shut = new Set<string>();
  #link: { readonly mode: string; readonly link: Link } | null = null;
  #asked = 0;
  #done = 0;
  #askedEstimateMs = 0;
  #probingMs = 0;

  constructor(parts: ScanParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.monotonicMs();
  }

  answeredModes(): LineMode[] {
    return [...new Map(this.#found.map(({ mode }) => [modeText(mode), mode])).values()];
  }

  tookMs(): number {
    return this.#parts.clock.monotonicMs() - this.#startedMs;
  }

  /** `later` foretells what will be asked after these, which take so long yet: the time left is that of the whole scan. */
  async ask(questions: readonly ScanQuestion[], later: Foretold = () => []): Promise<void> {
    const doneBefore = this.#done;
    for (const [index, question] of questions.entries()) {
      if (this.#parts.signal.aborted) return;
      this.#done = doneBefore + index;
      const { mode } = question;
      if (this.#shut.has(modeText(mode)) || this.#isFound(question.request)) continue;
      const remaining = questions.slice(index);
      this.#tell(mode, [...remaining, ...later(estimateMs(remaining))]);
      const askedMs = this.tookMs();
      const link = await this.#onLine(mode);
      const reply = await link.transact(question.request, this.#parts.signal);
      if (this.#parts.signal.aborted) return;
      this.#askedEstimateMs += question.estimateMs;
      // Whoever is found is examined besides: that says nothing about the pace of the questions to come.
      this.#probingMs += this.tookMs() - askedMs;
      this.#asked++;
      if (isUnasked(reply)) this.#shut.add(modeText(mode));
      else await this.#take(question, link, reply);
    }
    this.#done = doneBefore + questions.length;
  }

  async leaveLine(): Promise<void> {
    await this.#link?.link.close();
    this.#link = null;
  }

  result(): ScanResult {
    return {
      found: this.#found,
      garbled: this.#garbled,
      shut: [...this.#shut],
      asked: this.#asked,
      tookMs: this.tookMs(),
      stopped: this.#parts.signal.aborted,
    };
  }

  async #onLine(mode: LineMode): Promise<Link> {
    if (this.#link?.mode === modeText(mode)) return this.#link.link;
    await this.leaveLine();
    const link = this.#parts.openLink(mode);
    this.#link = { mode: modeText(mode), link };
    return link;
  }

  async #take(question: ScanQuestion, link: Link, reply: LinkReply): Promise<void> {
    const { mode, request } = question;
    if ("quality" in reply && reply.quality === QUALITY.badFrame) this.#garbled.push(question);
    const station = stationFound(request, reply);
    if (station === null || this.#found.some((device) => device.station === station)) return;
    const { profiles, signal } = this.#parts;
    const speaking = profiles.filter(({ protocol, partOf }) => protocol === mode.protocol && !partOf);
    const examination = await examineDevice(link, station, speaking, signal);
    this.#found.push({ mode, station, examination, matches: matchProfiles(speaking, examination) });
  }

  /** A station has one setting; adapters that pass over parity would let it answer at several. */
  #isFound(request: LinkRequest): boolean {
    return "unit" in request && this.#found.some(({ station }) => station === request.unit);
  }

  #tell(mode: LineMode, remaining: readonly ScanQuestion[]): void {
    const leftMs = timeLeftMs(remaining, this.#askedEstimateMs, this.#probingMs);
    const [done, of] = [this.#done, this.#done + remaining.length];
    this.#parts.tell({ mode, done, of, found: this.#found.length, leftMs });
  }
}

/** Nothing went onto the wire: the line is not there. */
function isUnasked(reply: LinkReply): boolean {
  return reply.sent.length === 0;
}

function stationFound(request: LinkRequest, reply: LinkReply): Station | null {
  if ("data" in reply) return reply.address ?? null;
  if (request.kind !== "modbus-read") return null;
  if ("values" in reply) return request.unit;
  const none = [QUALITY.noAnswer, QUALITY.badFrame, ...NOBODY_THERE];
  return none.includes(reply.quality) ? null : request.unit;
}

/** How long a scan takes when nobody answers: both passes. Whoever answers is examined besides. */
export function scanEstimateMs(wish: ScanWish): number {
  return estimateMs([...planFirstPass(wish), ...planSecondPass(wish, [], 0)]);
}
