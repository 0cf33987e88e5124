import type { Clock } from "@sealwatch/platform";
import type { LinkParts } from "../sense/serial-link.ts";
import type { Terminal } from "./terminal.ts";

/** What an installer's tool works with. */
export interface ToolParts {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Name and version of this program. */
  readonly software: string;
  readonly links: LinkParts;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}
