import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveSite } from "../rig/live-site.ts";

let site: LiveSite;
beforeAll(async () => {
  site = new LiveSite();
  await site.start();
});
afterAll(() => site.close());

const socketFile = () => join(site.dataDir, "admin.sock");
const polls = async () => JSON.parse((await site.tool("status", "--json")).out).polls as number;

/** Sends raw lines and gives the answers to the first `count`. */
async function converse(lines: string, count: number): Promise<unknown[]> {
  const socket = createConnection(socketFile());
  await once(socket, "connect");
  const answers: unknown[] = [];
  socket.write(lines);
  for await (const line of createInterface({ input: socket })) {
    answers.push(JSON.parse(line));
    if (answers.length === count) break;
  }
  socket.destroy();
  return answers;
}

describe("the admin socket of a running gateway", () => {
  it("isItsOwnersOnly", () => {
    expect(statSync(socketFile()).mode & 0o777).toBe(0o600);
  });

  it("tellsItsStatusToPeopleAndPrograms", async () => {
    await site.connected;
    const status = JSON.parse((await site.tool("status", "--json")).out);
    expect(status).toMatchObject({ gateway: "gw-000001", pid: site.gateway?.pid, uplink: "streaming" });
    expect(status.links["bus-1"].devices["meter-1"].answered).toBeGreaterThan(0);
    expect(status.journal.bytes).toBeGreaterThan(0);
    const people = await site.tool("status");
    expect(people.out).toMatch(/link bus-1: up.*\n {2}.*meter-1: \d+ of \d+ answered/s);
    expect(people.out).toContain(status.config.hash);
  });

  it("readsADeviceBetweenThePolls", async () => {
    const before = await polls();
    const read = await site.tool("read", "meter-1");
    expect(read).toMatchObject({ code: 0, err: expect.stringMatching(/^through the running gateway/) });
    expect(read.out).toMatch(/voltage-l1 +2\d\d\.\d V/);
    expect(read.out).toMatch(/sent +01 04/);
    expect(await polls()).toBeGreaterThan(before);
    expect(await site.tool("read", "meter-9")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/meter-1, contacts-1/),
    });
  });

  it("isAskedByTheDoctorInsteadOfTheLine", async () => {
    const { out } = await site.tool("doctor");
    expect(out).toMatch(/ok {3}link bus-1: the running gateway \(process \d+\) has it: 2 of 2 devices/);
    expect(out).toContain(`(process ${site.gateway?.pid})`);
  });

  it("streamsRoundsOfAllDevices", async () => {
    const watch = await site.tool("watch", "--every", "100", "--rounds", "2");
    expect(watch).toMatchObject({ code: 0, err: expect.stringMatching(/^through the running gateway/) });
    const devices = watch.out.split("\n").map((line) => line.split(" ")[1]);
    expect(devices.slice(0, 4)).toEqual(["meter-1", "contacts-1", "meter-1", "contacts-1"]);
  });

  it("endsAWatchAtOnceWhenTheAskerStops", async () => {
    const { child, ended } = site.startTool("watch", "--every", "3600000");
    await once(child.stdout ?? child, "data");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130 });
    expect((await site.tool("status")).code).toBe(0);
  });

  it("refusesWhatIsNoRequestAndGoesOn", async () => {
    const wrong = ['{"id":1,"op":"erase"}', "not json", '{"id":2,"op":"read","with":{"device":7}}'];
    const answers = await converse(`${wrong.join("\n")}\n{"id":3,"op":"status"}\n`, 4);
    const code = "ADMIN_REQUEST_INVALID";
    expect(answers.slice(0, 2)).toMatchObject([
      { id: 1, error: { code } },
      { id: null, error: { code } },
    ]);
    expect(answers).toContainEqual({ id: 2, error: { code, message: expect.stringContaining("device") } });
    expect(answers).toContainEqual({ id: 3, result: expect.objectContaining({ gateway: "gw-000001" }) });
  });

  it("answersOnlySoManyAtOnce", async () => {
    const asks = Array.from(
      { length: 12 },
      (_, id) => `{"id":${id},"op":"read","with":{"device":"meter-1"}}`,
    );
    const answers = (await converse(`${asks.join("\n")}\n`, 12)) as { error?: { message: string } }[];
    const refused = answers.filter(({ error }) => error?.message.includes("8 at once"));
    expect(refused).toHaveLength(4);
  });

  it("hangsUpOnALineThatNeverEnds", async () => {
    const socket = createConnection(socketFile());
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await once(socket, "connect");
    socket.write("x".repeat(2 * 1024 * 1024));
    await closed;
    expect((await site.tool("status")).code).toBe(0);
  });

  it("isTakenOverFromAKilledProcessAndGoesWithAnOrderlyEnd", async () => {
    await site.gateway?.kill();
    expect(existsSync(socketFile())).toBe(true);
    const alone = await site.tool("read", "meter-1");
    expect(alone).toMatchObject({ code: 0, err: expect.stringMatching(/^no gateway runs/) });
    expect(await site.tool("status")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ADMIN_UNANSWERED/),
    });
    await site.startGateway();
    expect((await site.tool("status")).code).toBe(0);
    await site.gateway?.stop();
    expect(existsSync(socketFile())).toBe(false);
  });
});
