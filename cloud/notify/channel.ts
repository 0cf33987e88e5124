import type { OutgoingMessage } from "./outgoing-message.ts";
import type { SendLimit } from "./rate-window.ts";
import type { Reply } from "./reply.ts";

/** One way to people. */
export interface Channel {
  readonly id: string;
  readonly kind: string;
  /** What it needs to reach one person; null: it reaches a group. */
  readonly reaches: "phone" | "mail" | null;
  /** False where receivers are programs, or one message can say one thing only. */
  readonly digests: boolean;
  readonly acknowledges: boolean;
  readonly limits: readonly SendLimit[];
  /** Sends once. Never rejects: whatever happens is a reply without secrets. */
  send(message: OutgoingMessage): Promise<Reply>;
}
