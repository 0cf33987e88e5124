import { type DeviceProfile, isAnswer, QUALITY } from "@sealwatch/protocols";
import type { Link, LinkReply } from "../sense/link.ts";
import { askInstead } from "../sense/station-read.ts";
import { type PointAnswer, pointAnswers } from "./profile-answers.ts";
import {
  type ProfileQuestion,
  questionsOf,
  questionText,
  requestOf,
  type Station,
} from "./profile-questions.ts";

/** A device to be read: its station, and which points of its profile. */
export interface ReadableDevice {
  readonly profile: DeviceProfile;
  readonly unit?: number | undefined;
  readonly address?: string | undefined;
  readonly points?: readonly string[] | undefined;
  readonly ctRatio?: number | undefined;
}

/** One question and what came of it. */
export interface ReadExchange {
  readonly asks: string;
  readonly reply: LinkReply;
}

/** A device's points as it gave them just now. */
export interface DeviceReading {
  readonly answers: readonly PointAnswer[];
  readonly exchanges: readonly ReadExchange[];
  readonly answered: boolean;
}

/** Reads a device once; what it refuses as a whole is asked in parts, and after silence the rest is not asked. */
export async function readDevice(
  link: Link,
  device: ReadableDevice,
  signal: AbortSignal,
): Promise<DeviceReading> {
  const station: Station = device.unit ?? device.address ?? "";
  const questions: ProfileQuestion[] = [];
  const exchanges: ReadExchange[] = [];
  const todo = questionsOf(device.profile, device.points);
  for (let question = todo.shift(); question; question = todo.shift()) {
    const request = requestOf(question, station);
    if (signal.aborted || !request) break;
    const reply = await link.transact(request, signal);
    exchanges.push({ asks: questionText(question), reply });
    const parts = askInstead(question, reply);
    if (parts) todo.unshift(...parts);
    else questions.push(question);
    if ("quality" in reply && reply.quality === QUALITY.noAnswer) break;
  }
  questions.push(...todo);
  const outcomes = new Map(exchanges.map(({ asks, reply }) => [asks, reply]));
  const answered = exchanges.some(({ reply }) => !("quality" in reply) || isAnswer(reply.quality));
  return { answers: pointAnswers(questions, outcomes, device.ctRatio), exchanges, answered };
}
