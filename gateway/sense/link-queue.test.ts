import fc from "fast-check";
import { expect, it } from "vitest";
import { LINK_PRIORITY, type LinkPriority } from "./link.ts";
import { LinkQueue } from "./link-queue.ts";

const { contact, gas, power, energy } = LINK_PRIORITY;

async function orderOf(turns: readonly (readonly [LinkPriority, number])[]): Promise<number[]> {
  const queue = new LinkQueue();
  await queue.take(power, 0);
  const served: number[] = [];
  const done = turns.map(async ([priority, dueMs], index) => {
    expect(await queue.take(priority, dueMs)).toBe(true);
    served.push(index);
    queue.give();
  });
  queue.give();
  await Promise.all(done);
  return served;
}

it("the most urgent goes first, then the earliest due, then the first come", async () => {
  expect(
    await orderOf([
      [energy, 0],
      [power, 5],
      [power, 4],
      [contact, 9],
      [power, 4],
      [gas, 9],
    ]),
  ).toEqual([3, 5, 2, 4, 1, 0]);
});

it("everybody gets exactly one turn, one at a time", async () => {
  const turn = fc.tuple(fc.constantFrom<LinkPriority>(0, 1, 2, 3, 4), fc.integer({ min: 0, max: 99 }));
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 40 }), async (turns) => {
      const served = await orderOf(turns);
      expect(served.toSorted((left, right) => left - right)).toEqual(turns.map((_, index) => index));
    }),
  );
});

it("nobodyWaitsForEverBehindTheUrgent", async () => {
  const queue = new LinkQueue();
  await queue.take(contact, 0);
  let served = false;
  const patient = queue.take(energy, 0).then(() => {
    served = true;
  });
  let turns = 0;
  for (; !served && turns < 100; turns++) {
    const urgent = queue.take(contact, turns + 1);
    queue.give();
    await Promise.race([urgent, patient]);
    await Promise.resolve();
  }
  expect(turns).toBeLessThanOrEqual(8);
});

it("sendsAwayWhoGivesUpAndEverybodyWhenItCloses", async () => {
  const queue = new LinkQueue();
  await queue.take(power, 0);
  const stop = new AbortController();
  const leaving = queue.take(contact, 0, stop.signal);
  const staying = queue.take(power, 0);
  stop.abort();
  expect(await leaving).toBe(false);
  expect(queue.waiting).toBe(1);
  queue.close();
  expect(await staying).toBe(false);
  expect(await queue.take(contact, 0)).toBe(false);
});
