import { afterEach, beforeEach, expect, it } from "vitest";
import { OutboxRig, START_MS } from "./outbox.fixture.ts";
import type { Reply } from "./reply.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const retry: Reply = { kind: "retry", code: "HTTP 503", why: "later" };
const refused: Reply = { kind: "refused", code: "errcode 310000", why: "sign not match" };
const delivered: Reply = { kind: "delivered", code: "ok" };

let rig: OutboxRig;
beforeEach(async () => {
  rig = await new OutboxRig().open();
  rig.channel("group");
  rig.channel("second");
  rig.channel("sms", { reaches: "phone", acknowledges: true });
  rig.channel("voice", { reaches: "phone" });
});
afterEach(() => rig.close());

const attempts = () =>
  rig.db.selectFrom("delivery_attempt").select(["message", "outcome", "code", "why"]).orderBy("id").execute();
const states = (...ids: string[]) => rig.states().then((all) => ids.map((id) => all[id]));

it("whatIsEnqueuedIsDeliveredOnceWithItsRecord", async () => {
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  await rig.enqueue({ id: "a", level: "red" });
  await rig.enqueue({ id: "a", level: "red" });
  await rig.clock.advance(HOUR_MS);
  expect(rig.sent.map(({ channel, message }) => [channel, message.key])).toEqual([["group", "a/group"]]);
  expect(await attempts()).toEqual([
    { message: "a/group", outcome: "started", code: null, why: null },
    { message: "a/group", outcome: "delivered", code: "ok", why: null },
  ]);
  expect(await rig.states()).toEqual({ "a/group": "delivered" });
});

it("aChannelThatIsAwayIsTriedAgainAndThenTheNextOne", async () => {
  await rig.rota({ chains: [["group", "second"]] });
  rig.behave("group", () => retry);
  await rig.start();
  await rig.enqueue({ id: "a", level: "red" });
  await rig.enqueue({ id: "b", level: "orange" });
  await rig.clock.advance(10 * MINUTE_MS);
  expect(rig.got("group").filter((id) => id === "a")).toHaveLength(3);
  expect(rig.got("group").filter((id) => id === "b")).toHaveLength(6);
  expect(rig.got("second").sort()).toEqual(["a", "b"]);
  expect(await states("a/group", "a/second")).toEqual(["failed-over", "delivered"]);
});

it("aChannelThatRefusesPassesItOnAtOnce", async () => {
  await rig.rota({ chains: [["group", "second"]] });
  rig.behave("group", () => refused);
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.advance(0);
  expect([rig.got("group"), rig.got("second")]).toEqual([["a"], ["a"]]);
});

it("whereEveryChannelFailsItIsToldOnceOneIsMended", async () => {
  await rig.rota({ chains: [["group", "second"]] });
  rig.behave("group", () => refused);
  rig.behave("second", () => refused);
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.advance(HOUR_MS);
  expect(rig.got("second").length).toBeGreaterThan(3);
  expect(rig.got("second").length).toBeLessThan(20);
  rig.behave("second", () => delivered);
  await rig.clock.advance(HOUR_MS);
  expect(await states("a/group", "a/second")).toEqual(["failed-over", "delivered"]);
  const before = rig.sent.length;
  await rig.clock.jump(24 * HOUR_MS);
  await rig.clock.advance(HOUR_MS);
  expect(rig.sent.length).toBe(before);
});

it("redGoesAroundABlockedChannelAndYellowWaitsForIt", async () => {
  await rig.rota({ chains: [["group", "second"]] });
  const blocked: Reply = { kind: "retry", code: "errcode 130101", why: "too fast", blockedMs: 600_000 };
  rig.behave("group", (_message, times) => (times === 1 ? blocked : delivered));
  await rig.start();
  await rig.enqueue({ id: "y", level: "yellow" });
  await rig.clock.advance(1_000);
  await rig.enqueue({ id: "r", level: "red" });
  await rig.clock.advance(1_000);
  expect([rig.got("group"), rig.got("second")]).toEqual([["y"], ["r"]]);
  await rig.clock.advance(600_000);
  expect(rig.got("group")).toEqual(["y", "y"]);
});

it("quietHoursHoldBlueAndYellowAndMorningBringsADigestThatMarksItsMembers", async () => {
  await rig.rota({ chains: [["group"]] }, { from: "10:00", to: "11:00" });
  await rig.start();
  const ids = Array.from({ length: 30 }, (_, at) => `y${String(at).padStart(2, "0")}`);
  for (const id of ids) await rig.enqueue({ id, level: id < "y15" ? "yellow" : "blue" });
  await rig.enqueue({ id: "o", level: "orange" });
  await rig.clock.advance(59 * MINUTE_MS);
  expect(rig.got("group")).toEqual(["o"]);
  await rig.clock.advance(2 * MINUTE_MS);
  const [, first, second] = rig.got("group");
  expect([first, second].map((digest) => digest?.length)).toEqual([20, 10]);
  expect([...(first ?? []), ...(second ?? [])].sort()).toEqual(ids);
  const messages = await rig.db
    .selectFrom("delivery")
    .select("message")
    .where("id", "=", "y00/group")
    .execute();
  expect(messages).toEqual([{ message: rig.sent[1]?.message.key }]);
  expect(new Set(Object.values(await rig.states()))).toEqual(new Set(["delivered"]));
});

it("aFloodKeepsTheLimitAndRedGoesThroughIt", async () => {
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  for (let at = 0; at < 40; at++) await rig.enqueue({ id: `o${at}`, level: "orange" });
  await rig.clock.advance(10_000);
  expect(rig.got("group")).toHaveLength(15);
  await rig.enqueue({ id: "r", level: "red" });
  await rig.clock.advance(0);
  expect(rig.got("group")[15]).toBe("r");
  await rig.clock.advance(5 * MINUTE_MS);
  expect(new Set(rig.got("group")).size).toBe(41);
});

it("aPersonGetsHisOwnLinkAndAGroupGetsThePage", async () => {
  rig.contacts.set("wang", { phone: "13800000000", mail: null }).set("li", { phone: null, mail: null });
  await rig.rota({ users: ["wang", "li"], chains: [["group"], ["sms", "voice"]] });
  await rig.start();
  await rig.enqueue({ id: "a", case: "case-7" });
  await rig.clock.advance(0);
  const [toGroup, toWang] = rig.sent.map(({ message }) => message);
  expect(toGroup?.link).toEqual({ url: "https://sealwatch.example/#/cases/case-7", acknowledges: false });
  expect(toWang).toMatchObject({ address: "13800000000", link: { acknowledges: true } });
  expect(toWang?.link?.url).toMatch(/^https:\/\/sealwatch\.example\/a\/[\w.-]+$/);
  expect(Object.keys(await rig.states())).toEqual(["a/group", "a/sms/wang"]);
});

it("aVoiceIsTheLastToFailOverToForThoseWhoWereNotReached", async () => {
  rig.contacts.set("wang", { phone: "1", mail: null }).set("li", { phone: "2", mail: null });
  await rig.rota({ users: ["wang", "li"], chains: [["group", "sms", "voice"]] });
  rig.behave("group", () => refused);
  rig.behave("sms", ({ address }) => (address === "1" ? delivered : refused));
  await rig.start();
  await rig.enqueue({ id: "a", level: "red" });
  await rig.clock.advance(MINUTE_MS);
  expect(rig.sent.filter(({ channel }) => channel === "voice").map(({ message }) => message.address)).toEqual(
    ["2"],
  );
});

it("whenNobodyIsOnDutyItWaitsUntilSomebodyIs", async () => {
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.advance(HOUR_MS);
  expect(rig.sent).toEqual([]);
  await rig.rota({ chains: [["group"]] });
  await rig.clock.advance(HOUR_MS);
  expect(rig.got("group")).toEqual(["a"]);
});

it("whatNobodyCouldBeToldOfForThreeDaysIsGivenUpAndOnRecord", async () => {
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.jump(73 * HOUR_MS);
  await rig.clock.advance(MINUTE_MS);
  const rows = await rig.db.selectFrom("notification").select(["id", "state"]).execute();
  expect(rows).toEqual([{ id: "a", state: "expired" }]);
});

it("namedPeopleAndTheFallbackHaveChainsOfTheirOwn", async () => {
  rig.contacts.set("wang", { phone: "13800000000", mail: null });
  await rig.start({ fallback: [["second"]], personal: [["sms"]] });
  await rig.enqueue({ id: "duty" });
  await rig.enqueue({ id: "visit", kind: "visit-assigned", level: "none", to: { users: ["wang"] } });
  await rig.enqueue({ id: "try", kind: "test", level: "none", to: { channel: "group", users: [] } });
  await rig.clock.advance(0);
  expect([rig.got("second"), rig.got("sms"), rig.got("group")]).toEqual([["duty"], ["visit"], ["try"]]);
});

it("whoCannotBeReachedInPersonIsToldByThoseOnDuty", async () => {
  rig.contacts.set("wang", { phone: null, mail: "wang@yunxi.example" });
  await rig.rota({ chains: [["group"]] });
  await rig.start({ personal: [["sms"]] });
  await rig.enqueue({ id: "visit", kind: "visit-assigned", level: "none", to: { users: ["wang"] } });
  await rig.clock.advance(0);
  expect([rig.got("sms"), rig.got("group")]).toEqual([[], ["visit"]]);
});

it("aTestThatFailsIsNotRepeatedForDays", async () => {
  rig.behave("group", () => refused);
  await rig.start();
  await rig.enqueue({ id: "try", kind: "test", level: "none", to: { channel: "group", users: [] } });
  await rig.clock.advance(10 * MINUTE_MS);
  expect(rig.got("group")).toEqual(["try"]);
  const rows = await rig.db.selectFrom("notification").select("state").execute();
  expect(rows).toEqual([{ state: "expired" }]);
});

it("whatWasUnderWayAtAKillGoesAgainUnderTheSameKey", async () => {
  await rig.rota({ chains: [["group"]] });
  let hang = true;
  const { send } = rig.channels.get("group") ?? {};
  rig.channel("group", {
    send: async (message) => {
      const reply = await send?.(message);
      if (hang) await new Promise(() => {});
      return reply ?? delivered;
    },
  });
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.advance(MINUTE_MS);
  // The first dispatcher is left as a killed process leaves it: nothing of it goes on.
  hang = false;
  await rig.start();
  await rig.clock.advance(0);
  expect(rig.sent.map(({ message }) => message.key)).toEqual(["a/group", "a/group"]);
  expect((await attempts()).map(({ outcome }) => outcome)).toEqual([
    "started",
    "interrupted",
    "started",
    "delivered",
  ]);
});

it("whatARestoredBackupStillHadToSendIsNoNewsDaysLater", async () => {
  await rig.rota({ chains: [["group"]] }, { from: "10:00", to: "11:00" });
  await rig.start();
  await rig.enqueue({ id: "old", level: "yellow" });
  await rig.clock.advance(MINUTE_MS);
  await rig.stop();
  await rig.clock.jump(80 * HOUR_MS);
  await rig.start();
  await rig.clock.advance(MINUTE_MS);
  expect(rig.sent).toEqual([]);
  expect(await states("old/group")).toEqual(["expired"]);
});

it("aStopWaitsForWhatIsUnderWayButNotForEver", async () => {
  await rig.rota({ chains: [["group"]] });
  rig.channel("group", { send: () => new Promise(() => {}) });
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.advance(MINUTE_MS);
  await rig.stop(5_000);
  expect(await states("a/group")).toEqual(["assigned"]);
});

it("theLimitHoldsOverARestart", async () => {
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  for (let at = 0; at < 30; at++) await rig.enqueue({ id: `o${at}`, level: "orange" });
  await rig.clock.advance(1_000);
  await rig.stop();
  await rig.start();
  await rig.clock.advance(50_000);
  expect(rig.got("group")).toHaveLength(15);
  await rig.clock.advance(2 * MINUTE_MS);
  expect(rig.got("group")).toHaveLength(30);
});

it("whatWaitsForAChannelThatWasTakenOutGoesByTheNext", async () => {
  await rig.rota({ chains: [["group", "second"]] });
  rig.behave("group", () => retry);
  await rig.start();
  await rig.enqueue({ id: "a" });
  await rig.clock.advance(1_000);
  await rig.stop();
  rig.channels.delete("group");
  await rig.start();
  await rig.clock.advance(MINUTE_MS);
  expect(rig.got("second")).toEqual(["a"]);
});

it("saysWhatACaseWasToldBefore", async () => {
  await rig.rota({ chains: [["group"]] });
  await rig.start();
  await rig.enqueue({ id: "opened", case: "case-7" });
  await rig.clock.advance(1_000);
  await rig.enqueue({ id: "raised", case: "case-7", kind: "case-raised", raisedMs: START_MS });
  await rig.clock.advance(1_000);
  expect(rig.sent.map(({ message }) => message.earlier.map(({ id }) => id))).toEqual([[], ["opened"]]);
});
