import type { Logger } from "@sealwatch/platform";
import type { Database } from "../store/database.ts";
import type { Channel } from "./channel.ts";
import type { Contact, ContactsOf } from "./contact.ts";
import {
  addDeliveries,
  loadLive,
  loadUnrouted,
  type Member,
  nextLookMs,
  setNotification,
  takeOff,
  wasTried,
} from "./delivery-book.ts";
import { type DeliveryRoute, type Hop, hopsFrom, type Reachability } from "./delivery-route.ts";
import { loadRotas } from "./duty-book.ts";
import { type DutyRota, heldUntilMs, whoIsOnDuty } from "./duty-rota.ts";
import { levelRank, type Notification } from "./notification.ts";
import type { NotifyConfig } from "./notify-config.ts";

/** Nobody to be told, or every channel failed: rota, configuration and network may be others after a quarter of the time it took so far. */
const AGAIN_AFTER_MS = { min: 60_000, max: 1_800_000 };
/** What could not be delivered this long is told to nobody any more; it stays in the record as expired. */
export const GIVE_UP_AFTER_MS = 72 * 3_600_000;

/** What choosing people and channels takes. */
export interface RoutingDependencies {
  readonly db: Database;
  readonly log: Logger;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly config: NotifyConfig;
  readonly contactsOf: ContactsOf;
}

/** Chooses people and channels for what is new; gives when to look again. */
export async function routeDue(deps: RoutingDependencies, nowMs: number): Promise<number> {
  const unrouted = await loadUnrouted(deps.db, nowMs);
  if (unrouted.length > 0) {
    await deps.db.transaction().execute(async (tx) => {
      const rotas = await loadRotas(tx);
      for (const { notification, createdMs } of unrouted)
        await routeOne(tx, deps, rotas, notification, createdMs, nowMs);
    });
  }
  return (await nextLookMs(deps.db)) ?? Number.POSITIVE_INFINITY;
}

async function routeOne(
  tx: Database,
  deps: RoutingDependencies,
  rotas: ReadonlyMap<string, DutyRota>,
  notification: Notification,
  createdMs: number,
  nowMs: number,
): Promise<void> {
  const { id, level, regionPath, kind, to } = notification;
  // A channel that is tried out and fails has told what it was asked.
  if (to !== "duty" && "channel" in to && (await wasTried(tx, id)))
    return setNotification(tx, id, { state: "expired" });
  if (nowMs - createdMs > GIVE_UP_AFTER_MS) {
    deps.log.error({ notification: id, level }, "could be delivered to nobody; given up");
    return setNotification(tx, id, { state: "expired" });
  }
  const hops = await firstHops(tx, deps, rotas, notification, nowMs);
  if (hops.length === 0) return setNotification(tx, id, { state: "new", look_ms: againMs(createdMs, nowMs) });
  const live = await loadLive(tx, id);
  const open = hops.filter((hop) => !isSeenTo(hop, live));
  const dueMs = kind === "test" ? nowMs : heldUntilMs(rotas, regionPath, level, nowMs);
  await addDeliveries(tx, { id, levelRank: levelRank(level) }, open, dueMs, nowMs);
  await setNotification(tx, id, { state: "routed" });
}

/** The first deliveries of every way; who cannot be reached in person is told by way of those on duty. */
async function firstHops(
  tx: Database,
  deps: RoutingDependencies,
  rotas: ReadonlyMap<string, DutyRota>,
  notification: Notification,
  nowMs: number,
): Promise<Hop[]> {
  const routes = routesOf(notification, rotas, deps.config, nowMs);
  const people = routes.flatMap((route) => route.people);
  const reach = await reachability(tx, deps, people);
  const hops = routes.flatMap((route) => hopsFrom(route, null, reach));
  const isForPeople = notification.to !== "duty" && !("channel" in notification.to);
  return hops.length === 0 && isForPeople
    ? firstHops(tx, deps, rotas, { ...notification, to: "duty" }, nowMs)
    : hops;
}

/** True when somebody was told, or will be, by this hop's chain already: after a part of the chains had failed. */
function isSeenTo({ person, route }: Hop, live: readonly Pick<Hop, "channel" | "person">[]): boolean {
  return live.some(
    (one) =>
      route.chain.includes(one.channel) && (person === null || one.person === null || one.person === person),
  );
}

function againMs(createdMs: number, nowMs: number): number {
  const { min, max } = AGAIN_AFTER_MS;
  return nowMs + Math.min(max, Math.max(min, (nowMs - createdMs) / 4));
}

/** The ways a notification may go, side by side. Pure. */
function routesOf(
  { to, regionPath, level }: Notification,
  rotas: ReadonlyMap<string, DutyRota>,
  { fallback, personal }: { readonly fallback: readonly string[][]; readonly personal: readonly string[][] },
  atMs: number,
): DeliveryRoute[] {
  const along = (chains: readonly (readonly string[])[], people: readonly string[]) =>
    chains.map((chain) => ({ chain, people, step: 0 }));
  if (to !== "duty") return "channel" in to ? along([[to.channel]], to.users) : along(personal, to.users);
  const onDuty = whoIsOnDuty(rotas, regionPath, level, atMs);
  return onDuty ? along(onDuty.chains, onDuty.users) : along(fallback, []);
}

/** Sends members on by the next channel of their chain; where a chain ends, the whole notification is routed anew later. */
export async function failOver(
  tx: Database,
  deps: RoutingDependencies,
  members: readonly Member[],
  nowMs: number,
): Promise<void> {
  for (const { notification, person, levelRank: rank, route, createdMs } of members) {
    const reach = await reachability(tx, deps, person === null ? route.people : [person]);
    const hops = hopsFrom({ ...route, step: route.step + 1 }, person, reach);
    if (hops.length > 0) await addDeliveries(tx, { id: notification, levelRank: rank }, hops, nowMs, nowMs);
    else await setNotification(tx, notification, { state: "new", look_ms: againMs(createdMs, nowMs) });
  }
}

/** What waits for channels that are no longer configured goes another way. */
export async function adoptOrphans(deps: RoutingDependencies, nowMs: number): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    for (const table of ["delivery_message", "delivery"] as const) {
      const rows = await tx.selectFrom(table).selectAll().where("state", "=", "waiting").execute();
      for (const row of rows) {
        if (deps.channels.has(row.channel)) continue;
        const waiting = {
          ...{ id: row.id, again: table === "delivery_message", person: row.person },
          ...{ levelRank: row.level_rank, createdMs: row.created_ms, dueMs: row.due_ms },
        };
        await failOver(tx, deps, await takeOff(tx, waiting, nowMs), nowMs);
      }
    }
  });
}

async function reachability(
  tx: Database,
  { channels, contactsOf }: RoutingDependencies,
  people: readonly string[],
): Promise<Reachability> {
  const contacts: ReadonlyMap<string, Contact> =
    people.length === 0 ? new Map() : await contactsOf(tx, [...new Set(people)]);
  return {
    kindOf: (id) => {
      const channel = channels.get(id);
      if (!channel) return null;
      return channel.reaches === null ? "group" : "personal";
    },
    canReach: (id, person) => {
      const reaches = channels.get(id)?.reaches ?? null;
      return reaches !== null && (contacts.get(person)?.[reaches] ?? null) !== null;
    },
  };
}
