import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EventStream, eventStream } from "./event-stream.ts";

let stream: EventStream;
let server: ReturnType<typeof createServer>;

beforeEach(async () => {
  stream = eventStream(100);
  server = createServer((request, response) =>
    stream.open(response, request.headers["last-event-id"]?.toString(), ["county/a/"]),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  stream.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

/** Reads from the stream until `text` has come. */
async function readUntil(text: string, lastEventId?: string): Promise<string> {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve) => {
    get({ port, host: "127.0.0.1", headers }, resolve);
  });
  let read = "";
  for await (const chunk of response) {
    read += chunk;
    if (read.includes(text)) break;
  }
  return read;
}

describe("server-sent events", () => {
  it("aReturningPageGetsWhatItMissed", async () => {
    stream.publish("site", "county/a/", { n: 1 });
    stream.publish("site", "county/a/", { n: 2 });
    stream.publish("alert", "county/a/b/", { n: 3 });
    const read = await readUntil('{"n":3}', "100");
    expect(read).not.toContain('{"n":1}');
    expect(read).toContain('id: 101\nevent: site\ndata: {"n":2}\n\n');
  });

  it("aPageThatWasAwayTooLongIsToldToReadEverythingAgain", async () => {
    for (let n = 0; n < 600; n++) stream.publish("site", "county/a/", { n });
    expect(await readUntil("reset", "101")).toContain("event: reset");
    expect(await readUntil("reset", "from-another-run")).toContain("event: reset");
  });

  it("nobodyGetsWhatHappensInAnotherPartOfTheTree", async () => {
    stream.publish("alert", "county/b/", { text: "missed" });
    const reading = readUntil("mine", "99");
    await once(server, "request");
    stream.publish("alert", "county/b/", { text: "theirs" });
    stream.publish("alert", "county/a/", { text: "mine" });
    expect(await reading).not.toMatch(/theirs|missed/);
  });

  it("anOpenPageGetsEventsAsTheyHappen", async () => {
    const reading = readUntil("now");
    await once(server, "request");
    stream.publish("alert", "county/a/b/", { text: "now" });
    expect(await reading).toContain("event: alert");
  });
});
