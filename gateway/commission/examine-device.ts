import { type DeviceProfile, exceptionQuality, QUALITY } from "@sealwatch/protocols";
import type { Link, LinkOutcome } from "../sense/link.ts";
import { parseDeviceIdentification } from "./device-identification.ts";
import type { Examination } from "./match-profiles.ts";
import {
  identityQuestionsOf,
  type ProfileQuestion,
  questionsOf,
  questionText,
  requestOf,
  type Station,
} from "./profile-questions.ts";

/** 43/14 answers in few frames; a device that never ends is cut off. */
const IDENTIFY_FRAMES_MAX = 8;
const TIMEOUT_MS = 300;
/** A device that stops answering costs no more than this many timeouts. */
const SILENT_MAX = 4;
const ILLEGAL_FUNCTION = exceptionQuality(1);

interface ExaminationQuestion {
  readonly question: ProfileQuestion;
  /** Asked even where the function seems to be missing: some devices call any address an illegal function. */
  readonly always: boolean;
}

/** Each question that some profile needs, once; fingerprints first. */
function examinationQuestions(profiles: readonly DeviceProfile[]): ExaminationQuestion[] {
  const telling = profiles.flatMap(identityQuestionsOf).map((question) => ({ question, always: true }));
  const others = profiles
    .flatMap((profile) => questionsOf(profile))
    .map((question) => ({ question, always: false }));
  const once = new Map<string, ExaminationQuestion>();
  for (const one of [...telling, ...others])
    if (!once.has(questionText(one.question))) once.set(questionText(one.question), one);
  return [...once.values()];
}

/** Asks one station what it is, and for everything that a profile could recognise it by. Ends at once when `signal` aborts. */
export async function examineDevice(
  link: Link,
  station: Station,
  profiles: readonly DeviceProfile[],
  signal: AbortSignal,
): Promise<Examination> {
  const identification =
    typeof station === "number" ? await identify(link, station, signal) : new Map<number, string>();
  const outcomes = new Map<string, LinkOutcome>();
  const unknownFunctions = new Set<number>();
  let silent = 0;
  for (const { question, always } of examinationQuestions(profiles)) {
    if (signal.aborted || silent >= SILENT_MAX) break;
    const functionCode = "request" in question ? question.request.functionCode : 0;
    const request = requestOf(question, station);
    if (!request) continue;
    if (!always && unknownFunctions.has(functionCode)) {
      outcomes.set(questionText(question), { quality: ILLEGAL_FUNCTION });
      continue;
    }
    const reply = await link.transact({ ...request, timeoutMs: TIMEOUT_MS }, signal);
    if (signal.aborted) break;
    outcomes.set(questionText(question), reply);
    const quality = "quality" in reply ? reply.quality : QUALITY.good;
    if (quality === ILLEGAL_FUNCTION) unknownFunctions.add(functionCode);
    silent = quality === QUALITY.noAnswer ? silent + 1 : 0;
  }
  return { identification, outcomes };
}

async function identify(link: Link, unit: number, signal: AbortSignal): Promise<Map<number, string>> {
  const objects = new Map<number, string>();
  let objectId: number | null = 0;
  for (let frame = 0; frame < IDENTIFY_FRAMES_MAX && objectId !== null && !signal.aborted; frame++) {
    const reply = await link.transact(
      { kind: "modbus-identify", unit, objectId, timeoutMs: TIMEOUT_MS },
      signal,
    );
    const answer = "data" in reply ? parseDeviceIdentification(reply.data) : null;
    for (const [id, text] of answer?.objects ?? []) objects.set(id, text);
    objectId = answer?.next ?? null;
  }
  return objects;
}
