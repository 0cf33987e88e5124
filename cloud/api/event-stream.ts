import type { ServerResponse } from "node:http";
import { isWithin } from "../access/actor.ts";
import { cloudError } from "../errors.ts";

/** Events kept for clients that come back after a break. */
const REPLAY_MAX = 500;
/** Open streams: each holds a socket and what it has not read yet. */
const STREAMS_MAX = 500;
/** A reader this far behind, in bytes, is cut off; it comes back and resumes. */
const UNREAD_MAX_BYTES = 1024 * 1024;

interface StreamEvent {
  readonly id: number;
  /** Where in the region tree it happened. */
  readonly regionPath: string;
  readonly event: string;
  readonly data: string;
}

/** Server-sent events (WHATWG HTML §9.2) to every open page, resumable within the replay window. */
export interface EventStream {
  publish(event: "site" | "alert" | "digest" | "case", regionPath: string, data: object): void;
  /** Takes over a response that may see `regions`; `lastEventId` is what the client saw last, if it says so. */
  open(response: ServerResponse, lastEventId: string | undefined, regions: readonly string[]): void;
  /** A comment line that keeps proxies from closing quiet streams. */
  keepAlive(): void;
  close(): void;
}

/** Ids begin at `firstId`, which must differ between runs, so that a stale id is recognised as such. */
export function eventStream(firstId: number): EventStream {
  const recent: StreamEvent[] = [];
  const open = new Map<ServerResponse, readonly string[]>();
  let nextId = firstId;

  const write = (response: ServerResponse, text: string): void => {
    response.write(text);
    if (response.writableLength > UNREAD_MAX_BYTES) response.destroy();
  };
  return {
    publish(event, regionPath, data) {
      const entry = { id: nextId++, regionPath, event, data: JSON.stringify(data) };
      recent.push(entry);
      if (recent.length > REPLAY_MAX) recent.shift();
      for (const [response, regions] of open) {
        if (sees(regions, entry)) write(response, format(entry));
      }
    },
    open(response, lastEventId, regions) {
      if (open.size >= STREAMS_MAX) throw cloudError("STREAMS_EXHAUSTED", { max: STREAMS_MAX });
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      open.set(response, regions);
      response.on("close", () => open.delete(response));
      write(response, `retry: 2000\n\n${missed(recent, nextId, lastEventId, regions)}`);
    },
    keepAlive() {
      for (const response of open.keys()) write(response, ": still here\n\n");
    },
    close() {
      for (const response of open.keys()) response.end();
    },
  };
}

/** What a returning client has not seen; a `reset` when that is no longer known. */
function missed(
  recent: readonly StreamEvent[],
  nextId: number,
  lastEventId: string | undefined,
  regions: readonly string[],
): string {
  if (lastEventId === undefined) return "";
  const seen = Number(lastEventId);
  const oldest = recent[0]?.id ?? nextId;
  if (!Number.isSafeInteger(seen) || seen < oldest - 1 || seen >= nextId) {
    return format({ id: nextId - 1, regionPath: "", event: "reset", data: "{}" });
  }
  return recent
    .filter((entry) => entry.id > seen && sees(regions, entry))
    .map(format)
    .join("");
}

function sees(regions: readonly string[], { regionPath }: StreamEvent): boolean {
  return regions.some((top) => isWithin(regionPath, top));
}

function format({ id, event, data }: StreamEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
