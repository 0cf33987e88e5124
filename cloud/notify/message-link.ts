import { signClaim } from "./acknowledge-link.ts";
import type { Notification } from "./notification.ts";
import type { MessageLink } from "./outgoing-message.ts";

/** What links are made of. */
export interface LinkMaking {
  /** Without it messages carry no link. */
  readonly publicUrl: string | undefined;
  readonly acknowledgeWithinMs: number;
  readonly key: Uint8Array;
}

/** A person's own acknowledgement link for one case, else the page that asks for sign-in. The same message has the same link. Pure. */
export function linkOf(
  notifications: readonly [Notification, ...Notification[]],
  person: string | null,
  { publicUrl, acknowledgeWithinMs, key }: LinkMaking,
): MessageLink | null {
  if (publicUrl === undefined) return null;
  const base = publicUrl.replace(/\/+$/, "");
  const [first] = notifications;
  if (notifications.length > 1) return { url: `${base}/#/cases`, acknowledges: false };
  if (first.case === null) return null;
  if (person === null || !isToBeAcknowledged(first))
    return { url: `${base}/#/cases/${encodeURIComponent(first.case)}`, acknowledges: false };
  const expiresMs = first.raisedMs + acknowledgeWithinMs;
  const token = signClaim({ case: first.case, user: person, expiresMs }, key);
  return { url: `${base}/a/${token}`, acknowledges: true };
}

function isToBeAcknowledged({ kind }: Notification): boolean {
  return kind === "case-opened" || kind === "case-raised" || kind === "case-escalated";
}
