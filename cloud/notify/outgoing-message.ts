import { levelRank, type Notification } from "./notification.ts";

/** Where a message leads: a person's own acknowledgement, or a page that asks for sign-in. */
export interface MessageLink {
  readonly url: string;
  readonly acknowledges: boolean;
}

/** One message for one channel. Made of stored values only, so that a repeat is the same message. */
export interface OutgoingMessage {
  /** The key that a receiver may recognise a repeat by. */
  readonly key: string;
  /** One, or the members of a digest, in the order they came. */
  readonly notifications: readonly [Notification, ...Notification[]];
  readonly link: MessageLink | null;
  /** Whom a personal channel reaches: the number or address. Null: the channel is a group's. */
  readonly address: string | null;
  /** Earlier notifications of the same case, oldest first. */
  readonly earlier: readonly Pick<Notification, "id" | "raisedMs">[];
}

/** The highest level in it. */
export function messageLevel({ notifications }: Pick<OutgoingMessage, "notifications">) {
  return notifications.map(({ level }) => level).reduce((a, b) => (levelRank(b) > levelRank(a) ? b : a));
}
