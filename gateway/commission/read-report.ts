import { type DeviceProfile, QUALITY, qualityName } from "@sealwatch/protocols";
import type { DeviceReading, ReadExchange } from "./device-reader.ts";
import type { PointAnswer } from "./profile-answers.ts";
import { selfChecks } from "./self-checks.ts";

/** One device for people: values with quality, self-checks, and the bytes that were exchanged. */
export function readReport(name: string, profile: DeviceProfile, reading: DeviceReading): string {
  const width = Math.max(...reading.answers.map(({ point }) => point.id.length));
  const checks = selfChecks(profile, reading.answers).map(
    ({ name, agrees, says }) => `  ${agrees ? "ok  " : "FAIL"} ${name}: ${says}`,
  );
  const lines = [
    `${name}: ${profile.vendor}/${profile.model}, ${profile.title.zh} ${profile.title.en}`,
    ...reading.answers.map((answer) => `  ${answer.point.id.padEnd(width)}  ${valueText(answer)}`),
    ...unscaledNote(reading.answers),
    "self-checks",
    ...(checks.length > 0 ? checks : ["  none can be judged: no load, or no values that belong together"]),
    "on the wire",
    ...reading.exchanges.flatMap(exchangeLines),
  ];
  return `${lines.join("\n")}\n`;
}

function unscaledNote(answers: readonly PointAnswer[]): string[] {
  const unscaled = answers.filter(
    ({ point, decoded }) => point.secondary && decoded.quality === QUALITY.notPresent,
  );
  return unscaled.length > 0
    ? [
        "  what is not-present of currents, powers and energies needs the CT ratio: ctRatio in the configuration, or --ct",
      ]
    : [];
}

/** `230.2 V`, or the quality that says why there is no value; both where the value is not good. */
export function valueText({ point, decoded, value }: PointAnswer): string {
  const quality = qualityName(decoded.quality);
  if (value === null) return quality;
  const shown = `${value.toFixed(Math.max(point.decimals, 0))}${point.unit ? ` ${point.unit}` : ""}`;
  return quality === "good" ? shown : `${shown} (${quality})`;
}

function exchangeLines({ asks, reply }: ReadExchange): string[] {
  const came = reply.received.length > 0 ? hexText(reply.received) : "nothing";
  return [
    `  ${asks}`,
    `    sent     ${hexText(reply.sent) || "nothing: the line is not open"}`,
    `    received ${came} in ${Math.round(reply.tookMs)} ms`,
  ];
}

/** Bytes as manuals print them: `01 04 00 00`. */
export function hexText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
}
