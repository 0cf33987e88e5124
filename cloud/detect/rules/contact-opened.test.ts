import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { EPOCH_A, EPOCH_B, foldBatches } from "../fold-batches.fixture.ts";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import {
  contactChanged,
  deviceHeard,
  epochStart,
  MIDNIGHT_MS,
  pollingRun,
} from "../simulated-journal.fixture.ts";

describe("contacts", () => {
  const start = epochStart(MIDNIGHT_MS, MINUTE_MS);
  const phases = (records: readonly JournalRecord[], rest: readonly JournalRecord[] = []) =>
    foldBatches([
      { epoch: EPOCH_A, records: [...start, ...records] },
      ...(rest.length > 0 ? [{ epoch: EPOCH_B, records: rest }] : []),
    ]).findings.map(
      ({ evidence, phase, atMs }) => `${evidence} ${phase} ${(atMs - MIDNIGHT_MS) / MINUTE_MS}`,
    );

  it("that stay in their normal position raise nothing, nor does a mains contact in any", () => {
    const normal = [10, 11, 16, 17].flatMap((channel) => [
      contactChanged(channel * 1_000, { channel, value: 1, note: "initial" }),
      pollingRun(MINUTE_MS, HOUR_MS, channel, 1),
    ]);
    expect(phases(normal.sort((one, other) => one.atMs - other.atMs))).toEqual([]);
    expect(phases([contactChanged(MINUTE_MS, { channel: 17, value: 0 })])).toEqual([]);
  });

  it("a door clears 30 minutes after it closed, once polls prove it", () => {
    expect(
      phases([
        contactChanged(MINUTE_MS, { channel: 16, value: 0 }),
        contactChanged(2 * MINUTE_MS, { channel: 16, value: 1 }),
        pollingRun(2 * MINUTE_MS, 31 * MINUTE_MS, 16, 1),
        pollingRun(31 * MINUTE_MS, 33 * MINUTE_MS, 16, 1),
      ]),
    ).toEqual(["door opened 1", "door cleared 33"]);
  });

  it("a hole in the polling starts the 30 minutes again", () => {
    expect(
      phases([
        contactChanged(MINUTE_MS, { channel: 16, value: 0 }),
        contactChanged(2 * MINUTE_MS, { channel: 16, value: 1 }),
        { type: "gap", fromMs: 3 * MINUTE_MS, atMs: 40 * MINUTE_MS, reason: "overload", readings: 0 },
        pollingRun(41 * MINUTE_MS, 60 * MINUTE_MS, 16, 1),
      ]),
    ).toEqual(["door opened 1", "silence opened 3", "silence cleared 40"]);
  });

  it("a seal needs a whole day", () => {
    const closed = [
      contactChanged(MINUTE_MS, { channel: 10, value: 0 }),
      contactChanged(2 * MINUTE_MS, { channel: 10, value: 1 }),
    ];
    expect(phases([...closed, pollingRun(2 * MINUTE_MS, 23 * HOUR_MS, 10, 1)])).toEqual(["seal opened 1"]);
    expect(phases([...closed, pollingRun(2 * MINUTE_MS, 25 * HOUR_MS, 10, 1)])).toEqual([
      "seal opened 1",
      "seal cleared 1500",
    ]);
  });

  it("an abnormal initial position counts from its first proof, and not again after a restart", () => {
    const initial = contactChanged(5 * MINUTE_MS, { channel: 10, value: 0, note: "initial" });
    const rest = [
      ...epochStart(MIDNIGHT_MS + HOUR_MS, MINUTE_MS),
      contactChanged(1, { channel: 10, value: 0, note: "initial" }),
    ];
    expect(phases([initial], rest)).toEqual(["seal opened 5"]);
  });

  it("a polling run alone proves an open seal", () => {
    expect(phases([pollingRun(MINUTE_MS, 6 * MINUTE_MS, 11, 0)])).toEqual(["seal opened 1"]);
  });

  it("what happens soon after a mains return or the device's return is settling", () => {
    const settling = (...before: JournalRecord[]) =>
      foldBatches([
        {
          epoch: EPOCH_A,
          records: [...start, ...before, contactChanged(20 * MINUTE_MS, { channel: 16, value: 0 })],
        },
      ]).findings.at(-1)?.settling;
    expect(settling()).toBe(false);
    const mains = (value: number, minute: number) =>
      contactChanged(minute * MINUTE_MS, { channel: 17, value });
    expect(settling(mains(0, 1), mains(1, 2))).toBe(true);
    expect(settling(mains(1, 2))).toBe(false);
    const device = (isHeard: boolean, minute: number) =>
      deviceHeard(minute * MINUTE_MS, { device: "contacts-1", isHeard });
    expect(settling(device(false, 1), device(true, 3))).toBe(true);
  });

  describe("a supervised seal loop", () => {
    const [channels, ...clock] = start;
    if (channels?.type !== "channels") throw new Error("an epoch begins with its channels");
    const loops = channels.channels.map((channel) =>
      channel.id === 11 ? { ...channel, kind: "seal-loop" as const, point: "ai2" } : channel,
    );
    const texts = (channel: number, values: readonly number[]) =>
      foldBatches([
        {
          epoch: EPOCH_A,
          records: [
            { ...channels, channels: loops },
            ...clock,
            ...values.map((value, index) => contactChanged((index + 1) * 6 * MINUTE_MS, { channel, value })),
          ],
        },
      ]).findings.map(({ phase, text, strength }) => ({ phase, strength, ...text }));

    it.each([
      [0, "封条 S2 于 00:06 断开", "seal S2 opened at 00:06"],
      [2, "封条 S2 于 00:06 被剪断", "seal S2 was cut at 00:06"],
      [3, "封条 S2 于 00:06 被短接", "seal S2 was shorted at 00:06"],
    ])("that reads %i says how it was broken", (value, zh, en) => {
      expect(texts(11, [value])).toEqual([{ phase: "opened", strength: "strong", zh, en }]);
    });

    it("tells what became of it since", () => {
      expect(texts(11, [0, 2]).at(-1)).toMatchObject({
        phase: "updated",
        zh: "封条 S2 于 00:06 断开，后被剪断",
        en: "seal S2 opened at 00:06, then was cut",
      });
    });

    it("has four positions, and a plain contact two", () => {
      expect(texts(11, [4])).toEqual([]);
      expect(texts(10, [2, 3])).toEqual([]);
    });
  });
});
