import type { ChannelKind, PlannedRead } from "@sealwatch/protocols";
import { LINK_PRIORITY, type LinkPriority, type LinkRequest } from "./link.ts";

/** The question that carries a planned read, as urgent as its most urgent point. Pure. */
export function requestOf(station: number | string, read: PlannedRead, dueMs: number): LinkRequest {
  const priority = read.points.reduce<LinkPriority>(
    (first, { kind }) => Math.min(first, priorityOf(kind)) as LinkPriority,
    LINK_PRIORITY.identity,
  );
  return { kind: "modbus-read", unit: Number(station), read: read.request, priority, dueMs };
}

function priorityOf(kind: ChannelKind): LinkPriority {
  switch (kind) {
    case "contact":
      return LINK_PRIORITY.contact;
    case "voc":
    case "co2":
    case "temperature":
    case "humidity":
      return LINK_PRIORITY.gas;
    case "energy-import":
    case "energy-export":
      return LINK_PRIORITY.energy;
    default:
      return LINK_PRIORITY.power;
  }
}
