import type { ServerResponse } from "node:http";
import { cloudError } from "../errors.ts";

/** Events kept for clients that come back after a break. */
const REPLAY_MAX = 500;
/** Open streams: each holds a socket and what it has not read yet. */
const STREAMS_MAX = 500;
/** A reader this far behind, in bytes, is cut off; it comes back and resumes. */
const UNREAD_MAX_BYTES = 1024 * 1024;

interface StreamEvent {
  readonly id: number;
  readonly event: string;
  readonly data: string;
}

/** Server-sent events (WHATWG HTML §9.2) to every open page, resumable within the replay window. */
export interface EventStream {
  publish(event: "site" | "alert" | "digest", data: object): void;
  /** Takes over a response; `lastEventId` is what the client saw last, if it says so. */
  open(response: ServerResponse, lastEventId: string | undefined): void;
  /** A comment line that keeps proxies from closing quiet streams. */
  keepAlive(): void;
  close(): void;
}

/** Ids begin at `firstId`, which must differ between runs, so that a stale id is recognised as such. */
export function eventStream(firstId: number): EventStream {
  const recent: StreamEvent[] = [];
  const open = new Set<ServerResponse>();
  let nextId = firstId;

  const write = (response: ServerResponse, text: string): void => {
    response.write(text);
    if (response.writableLength > UNREAD_MAX_BYTES) response.destroy();
  };
  return {
    publish(event, data) {
      const entry = { id: nextId++, event, data: JSON.stringify(data) };
      recent.push(entry);
      if (recent.length > REPLAY_MAX) recent.shift();
      for (const response of open) write(response, format(entry));
    },
    open(response, lastEventId) {
      if (open.size >= STREAMS_MAX) throw cloudError("STREAMS_EXHAUSTED", { max: STREAMS_MAX });
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      open.add(response);
      response.on("close", () => open.delete(response));
      write(response, `retry: 2000\n\n${missed(recent, nextId, lastEventId)}`);
    },
    keepAlive() {
      for (const response of open) write(response, ": still here\n\n");
    },
    close() {
      for (const response of open) response.end();
    },
  };
}

/** What a returning client has not seen; a `reset` when that is no longer known. */
function missed(recent: readonly StreamEvent[], nextId: number, lastEventId: string | undefined): string {
  if (lastEventId === undefined) return "";
  const seen = Number(lastEventId);
  const oldest = recent[0]?.id ?? nextId;
  if (!Number.isSafeInteger(seen) || seen < oldest - 1 || seen >= nextId) {
    return format({ id: nextId - 1, event: "reset", data: "{}" });
  }
  return recent
    .filter((entry) => entry.id > seen)
    .map(format)
    .join("");
}

function format({ id, event, data }: StreamEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
