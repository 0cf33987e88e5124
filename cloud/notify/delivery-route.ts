/** Where a delivery may go: channels in their order, and the people of the personal ones. */
export interface DeliveryRoute {
  readonly chain: readonly string[];
  readonly people: readonly string[];
  /** Which of the chain it is at. */
  readonly step: number;
}

/** One delivery to be made. */
export interface Hop {
  readonly channel: string;
  /** Null: the channel is a group's. */
  readonly person: string | null;
  readonly route: DeliveryRoute;
}

/** Which channels are there, and whom the personal ones reach. */
export interface Reachability {
  /** Null: there is no such channel (any more). */
  kindOf(channel: string): "group" | "personal" | null;
  canReach(channel: string, person: string): boolean;
}

/**
 * The deliveries of the first channel from `step` on that reaches anybody; none when the chain ends. A person who is already
 * being told by a personal channel stays the only one this branch is about. Pure.
 */
export function hopsFrom(
  { chain, people, step }: DeliveryRoute,
  person: string | null,
  reach: Reachability,
): readonly Hop[] {
  for (let at = step; at < chain.length; at++) {
    const channel = chain[at] ?? "";
    const kind = reach.kindOf(channel);
    const route = { chain, people, step: at };
    if (kind === "group") return [{ channel, person: null, route }];
    if (kind === null) continue;
    const reached = (person === null ? people : [person]).filter((one) => reach.canReach(channel, one));
    if (reached.length > 0) return reached.map((one) => ({ channel, person: one, route }));
  }
  return [];
}

/** What names a delivery, and is the key that its receiver sees: one notification reaches a target once, whatever chains lead there. */
export function deliveryId(
  notification: string,
  { channel, person }: Pick<Hop, "channel" | "person">,
): string {
  return person === null ? `${notification}/${channel}` : `${notification}/${channel}/${person}`;
}
