import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom, silentLogger } from "@sealwatch/platform";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import type { Channel } from "./channel.ts";
import type { Contact } from "./contact.ts";
import { Dispatcher } from "./dispatcher.ts";
import { putRota } from "./duty-book.ts";
import { dutyRotaSchema } from "./duty-rota.ts";
import { enqueueNotification } from "./enqueue-notification.ts";
import { notificationOf } from "./notification.fixture.ts";
import type { Notification } from "./notification.ts";
import { notifySchema } from "./notify-config.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { Reply } from "./reply.ts";
import { SteppedClock } from "./stepped-clock.fixture.ts";

/** Sunday 2026-11-22 10:00 in Beijing. */
export const START_MS = Date.UTC(2026, 10, 22, 2);

export interface Sent {
  readonly channel: string;
  readonly atMs: number;
  readonly message: OutgoingMessage;
}

type Behaviour = (message: OutgoingMessage, times: number) => Reply;

/** An outbox over a real database, with channels that do as the test says, in stepped time. */
export class OutboxRig {
  readonly clock = new SteppedClock(START_MS);
  readonly sent: Sent[] = [];
  readonly contacts = new Map<string, Contact>();
  readonly channels = new Map<string, Channel>();
  readonly #folder = mkdtempSync(join(tmpdir(), "sw-outbox-"));
  readonly #behaviours = new Map<string, Behaviour>();
  #store: OpenDatabase | undefined;
  #dispatcher: Dispatcher | undefined;
  #seed = 1;

  get db() {
    if (!this.#store) throw new Error("not open");
    return this.#store.db;
  }

  async open(): Promise<this> {
    this.#store = await openDatabase(join(this.#folder, "cloud.sqlite"));
    return this;
  }

  channel(id: string, change: Partial<Channel> = {}): void {
    this.channels.set(id, {
      ...{ id, kind: "wecom", reaches: null, digests: true, acknowledges: false },
      limits: [{ max: 20, windowMs: 60_000 }],
      send: async (message) => {
        this.sent.push({ channel: id, atMs: this.clock.wallMs(), message });
        const times = this.sent.filter((one) => one.channel === id && one.message.key === message.key).length;
        return this.#behaviours.get(id)?.(message, times) ?? { kind: "delivered", code: "ok" };
      },
      ...change,
    });
  }

  behave(id: string, behaviour: Behaviour): void {
    this.#behaviours.set(id, behaviour);
  }

  async start(config: object = {}): Promise<void> {
    const { db, clock, channels } = this;
    this.#dispatcher = new Dispatcher({
      ...{ db, clock, channels, log: silentLogger(), random: seededRandom(this.#seed++) },
      config: { ...notifySchema.parse({}), ...config },
      contactsOf: async () => this.contacts,
      links: {
        publicUrl: "https://sealwatch.example",
        acknowledgeWithinMs: 86_400_000,
        key: new Uint8Array(32),
      },
    });
    await this.#dispatcher.start();
  }

  /** Time goes on by `patienceMs` while the dispatcher waits for what is under way. */
  async stop(patienceMs = 0): Promise<void> {
    const closing = this.#dispatcher?.close();
    await this.clock.advance(0);
    await this.clock.advance(patienceMs);
    await closing;
  }

  wake(): void {
    this.#dispatcher?.wake();
  }

  async rota(shift: { users?: string[]; chains: string[][] }, quiet: object | null = null): Promise<void> {
    const when = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" };
    const rota = dutyRotaSchema.parse({ shifts: [{ users: [], when, ...shift }], quiet });
    await putRota(this.db, "", rota, { ifVersion: 0, by: "test", nowMs: START_MS });
  }

  async enqueue(change: Partial<Notification>): Promise<void> {
    await enqueueNotification(this.db, notificationOf(change), this.clock.wallMs());
    this.wake();
  }

  /** Ids of what a channel got, in order; a digest is a list. */
  got(channel: string): (string | string[])[] {
    return this.sent
      .filter((one) => one.channel === channel)
      .map(({ message: { notifications } }) =>
        notifications.length === 1 ? notifications[0].id : notifications.map(({ id }) => id),
      );
  }

  async states(): Promise<Record<string, string>> {
    const rows = await this.db.selectFrom("delivery").select(["id", "state"]).orderBy("id").execute();
    return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
  }

  async close(): Promise<void> {
    await this.stop(5_000);
    await this.#store?.close();
    rmSync(this.#folder, { recursive: true });
  }
}
