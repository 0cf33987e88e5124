import { seededRandom } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { LEVELS, levelRank } from "./notification.ts";
import { OutboxRig } from "./outbox.fixture.ts";

const NOTIFICATIONS = 50;
const MINUTE_MS = 60_000;

/** Channels fail, block and refuse as the seed says for an hour, the process is killed now and then; then all is well. */
it.each([1, 2])("nothingIsLostAndNoLimitIsPassedWhateverFails (seed %d)", async (seed) => {
  const random = seededRandom(seed);
  const rig = await new OutboxRig().open();
  rig.channel("group");
  rig.channel("hook", { digests: false, limits: [{ max: 600, windowMs: MINUTE_MS }] });
  rig.channel("sms", { reaches: "phone", limits: [{ max: 10, windowMs: MINUTE_MS }] });
  rig.contacts.set("wang", { phone: "1", mail: null }).set("li", { phone: "2", mail: null });
  await rig.rota({ users: ["wang", "li"], chains: [["group", "sms"], ["hook"]] });
  let calm = false;
  for (const id of rig.channels.keys()) {
    rig.behave(id, () => {
      const luck = calm ? 0 : random.uniform();
      if (luck < 0.5) return { kind: "delivered", code: "ok" };
      if (luck < 0.8) return { kind: "retry", code: "HTTP 503", why: "later" };
      if (luck < 0.9) return { kind: "retry", code: "45009", why: "too fast", blockedMs: 2 * MINUTE_MS };
      return { kind: "refused", code: "93000", why: "gone" };
    });
  }
  await rig.start();
  for (let at = 0; at < NOTIFICATIONS; at++) {
    const level = LEVELS[Math.floor(random.uniform() * LEVELS.length)] ?? "red";
    await rig.enqueue({ id: `n${at}`, level, kind: "case-opened" });
    await rig.clock.advance(random.uniform() * MINUTE_MS);
    if (random.uniform() < 0.1) {
      await rig.stop();
      await rig.start();
    }
  }
  calm = true;
  await rig.clock.advance(75 * MINUTE_MS);
  const states = Object.values(await rig.states());
  expect(states.filter((state) => state === "waiting" || state === "assigned")).toEqual([]);
  for (const chain of [["group", "sms"], ["hook"]]) {
    const delivered = await rig.db
      .selectFrom("delivery")
      .select("notification")
      .where("state", "=", "delivered")
      .where("channel", "in", chain)
      .execute();
    expect(new Set(delivered.map(({ notification }) => notification)).size).toBe(NOTIFICATIONS);
  }
  for (const { id, limits } of rig.channels.values()) {
    const times = rig.sent.filter(({ channel }) => channel === id).map(({ atMs }) => atMs);
    const max = limits[0]?.max ?? 0;
    for (let last = max; last < times.length; last++)
      expect((times[last] ?? 0) - (times[last - max] ?? 0)).toBeGreaterThan(MINUTE_MS);
  }
  const red = rig.sent.filter(({ message }) =>
    message.notifications.some(({ level }) => levelRank(level) === levelRank("red")),
  );
  expect(red.filter(({ message }) => message.notifications.length > 1)).toEqual([]);
  // A receiver of programs never sees one content under two keys.
  const keys = rig.sent
    .filter(({ channel }) => channel === "hook")
    .map(({ message }) => `${message.notifications[0].id} ${message.key}`);
  expect(new Set(keys).size).toBe(NOTIFICATIONS);
  await rig.close();
});
