import {
  type DevicePoint,
  type DeviceProfile,
  dlt645RawOf,
  identityPoints,
  type PlannedDlt645Read,
  type PlannedRead,
  planDlt645Reads,
  planReads,
  rawOf,
} from "@sealwatch/protocols";
import type { LinkOutcome, LinkRequest } from "../sense/link.ts";

/** One question to a device and the points that its answer holds. */
export type ProfileQuestion = PlannedRead | PlannedDlt645Read;

/** Modbus unit, or a DL/T 645 meter's 12 digits. */
export type Station = number | string;

/** The questions that read all of a profile, or the named points of it. */
export function questionsOf(profile: DeviceProfile, only?: readonly string[]): ProfileQuestion[] {
  const points: readonly DevicePoint[] = profile.points;
  return plan(profile, only ? points.filter(({ id }) => only.includes(id)) : points);
}

/** The questions that tell a device from others beyond its points. */
export function identityQuestionsOf(profile: DeviceProfile): ProfileQuestion[] {
  return plan(profile, identityPoints(profile));
}

function plan(profile: DeviceProfile, points: readonly DevicePoint[]): ProfileQuestion[] {
  return profile.protocol === "dlt645" ? planDlt645Reads(points) : planReads(points, profile.limits);
}

/** One name for equal questions, so that profiles which share a register share its answer. */
export function questionText(question: ProfileQuestion): string {
  if ("di" in question) return `identifier ${question.di}`;
  const { functionCode, address, quantity } = question.request;
  const first = `0x${address.toString(16).toUpperCase().padStart(4, "0")}`;
  return `function ${functionCode}, ${quantity} from ${first}`;
}

/** The question as a link takes it; null for a station of the other protocol. */
export function requestOf(question: ProfileQuestion, station: Station): LinkRequest | null {
  if ("di" in question) {
    if (typeof station !== "string") return null;
    return { kind: "dlt645-read", address: station, identifier: question.di };
  }
  if (typeof station !== "number") return null;
  return { kind: "modbus-read", unit: station, read: question.request };
}

/** The registers, bits or bytes of one point in an answer; null where there was none. */
export function rawIn(
  question: ProfileQuestion,
  point: DevicePoint,
  outcome: LinkOutcome | undefined,
): readonly number[] | null {
  if (!outcome || "quality" in outcome) return null;
  if ("di" in question) {
    const own = question.points.find(({ id }) => id === point.id);
    return own && "data" in outcome ? dlt645RawOf(own, outcome.data) : null;
  }
  return "values" in outcome ? rawOf(question, point, outcome.values) : null;
}
