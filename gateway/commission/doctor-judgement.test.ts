import { describe, expect, it } from "vitest";
import type { GatewayConfig } from "../config/gateway-config.ts";
import {
  doctorReport,
  judgeClock,
  judgeContacts,
  judgeDataDir,
  judgeHolder,
  judgeKey,
  judgeReach,
  judgeRunningLink,
  judgeSpace,
  judgeSpeed,
} from "./doctor-judgement.ts";

const NOW_MS = Date.UTC(2026, 6, 1);
const key = (mode: number, uid = 1000) => judgeKey("gateway.key", { mode, uid }, 1000).level;

function contacts(intervalMs: number, ...neighbours: string[]) {
  const device = (id: string, inputs: object) => ({ id, link: "bus-1", intervalMs, contacts: inputs });
  const devices = [device("contacts-1", { di1: {} }), ...neighbours.map((id) => device(id, {}))];
  const config = { devices, links: [{ id: "bus-1", timeoutMs: 700 }] };
  return judgeContacts(config as unknown as Pick<GatewayConfig, "devices" | "links">);
}

describe("the doctor", () => {
  it("judgesTheDiskByRoomAndByItsSlowestWrite", () => {
    expect([10, 300, 900].map((free) => judgeSpace(free, 512).level)).toEqual(["FAIL", "warn", "ok"]);
    expect([9_000, 800, 12].map((slowest) => judgeSpeed(slowest).level)).toEqual(["FAIL", "warn", "ok"]);
  });

  it("saysHowLongTheJournalsRoomLastsWhileAGatewayMeasuresIt", () => {
    expect(judgeSpace(900, 512, 2).says).toMatch(/: 256 days at the rate of now$/);
    expect(judgeSpace(100, 512, 2).says).toMatch(/: 50 days/);
    expect(judgeSpace(900, 512, null).says).not.toMatch(/days/);
  });

  it("asksTheRunningGatewayAboutItsLinks", () => {
    const well = { answered: 9, unanswered: 0 };
    const devices = { "meter-1": well, "meter-2": { answered: 0, unanswered: 4 } };
    const judge = (link: Parameters<typeof judgeRunningLink>[1]) => judgeRunningLink("link bus-1", link, 77);
    expect(judge({ up: true, devices: { "meter-1": well } }).level).toBe("ok");
    expect(judge({ up: true, devices })).toMatchObject({
      level: "warn",
      says: "the running gateway (process 77) has it: 1 of 2 devices answer, not meter-2",
    });
    expect(judge({ up: true, devices: { "meter-1": { answered: 9, unanswered: 3 } } }).says).toMatch(
      /not meter-1/,
    );
    expect(judge({ up: false, devices }).level).toBe("FAIL");
    expect(judge(undefined)).toMatchObject({ level: "warn", fix: "reload the configuration" });
  });

  it("namesWhoElseHoldsThePort", () => {
    const held = judgeHolder("link bus-1", "/dev/ttyUSB0", "process 12 (minicom -D /dev/ttyUSB0)");
    expect(held).toMatchObject({ level: "FAIL", says: expect.stringContaining("process 12 (minicom") });
  });

  it("believesAClockOnlyWhenItIsSynchronised", () => {
    expect(judgeClock(NOW_MS, true).level).toBe("ok");
    expect([judgeClock(NOW_MS, false), judgeClock(NOW_MS, null)].map(({ level }) => level)).toEqual([
      "warn",
      "warn",
    ]);
    expect(judgeClock(0, true).level).toBe("FAIL");
  });

  it("wantsAKeyThatOnlyItsOwnerReads", () => {
    expect([key(0o100600), key(0o100640), key(0o100604), key(0o100600, 0)]).toEqual([
      "ok",
      "FAIL",
      "FAIL",
      "FAIL",
    ]);
    expect(judgeKey("gateway.key", null, 1000)).toMatchObject({ level: "warn", fix: "run keygen" });
  });

  it("wantsADataFolderThatIsItsOwn", () => {
    const state = { mode: 0o40755, uid: 1000 };
    expect(judgeDataDir("data", state, true).level).toBe("ok");
    expect(judgeDataDir("data", state, false).level).toBe("FAIL");
    expect(judgeDataDir("data", { ...state, mode: 0o40777 }, true).level).toBe("FAIL");
  });

  it("saysWhatToDoAboutALineThatCannotBeReached", () => {
    expect(judgeReach("link bus-1", "/dev/ttyUSB0", "EACCES").fix).toMatch(/dialout/);
    expect(judgeReach("link bus-1", "192.0.2.7:502", "EHOSTUNREACH").fix).toMatch(/cable/);
    expect(judgeReach("broker", "mqtt://127.0.0.1:1883", null)).toMatchObject({ level: "ok" });
  });

  it("warnsOfContactsThatAreAskedRarelyOrShareTheirLine", () => {
    expect(contacts(200).map(({ level }) => level)).toEqual(["ok"]);
    expect(contacts(1_000, "meter-1", "meter-2").map(({ fix }) => fix)).toEqual([
      "intervalMs: 200 or less",
      "give contacts a link of their own",
    ]);
  });

  it("countsAtTheEnd", () => {
    const report = doctorReport([judgeSpace(10, 512), judgeSpace(900, 512)]);
    expect(report).toMatch(/^FAIL disk space: .*\n {7}→ free at least 64 MB\nok {3}disk space/);
    expect(report).toMatch(/1 ok, 0 to look at, 1 to mend\n$/);
  });
});
