import type { Quality, ReadRequest } from "@sealwatch/protocols";

/** Whose turn comes first on a line, the lowest number before the others. */
export const LINK_PRIORITY = { contact: 0, gas: 1, power: 2, energy: 3, identity: 4 } as const;

export type LinkPriority = (typeof LINK_PRIORITY)[keyof typeof LINK_PRIORITY];

interface Turn {
  /** `identity` if absent: tools wait for the sensors. */
  readonly priority?: LinkPriority;
  /** On the link's clock: among equals the earliest due goes first; the moment of asking if absent. */
  readonly dueMs?: number;
  /** How long the answer may take, instead of the link's own timeout. */
  readonly timeoutMs?: number;
}

/** Reads bits or registers of one unit. */
export interface ModbusReadRequest extends Turn {
  readonly kind: "modbus-read";
  readonly unit: number;
  readonly read: ReadRequest;
}

/** Read Device Identification, function 43/14, basic stream from `objectId` on (V1.1b3, 6.21). */
export interface ModbusIdentifyRequest extends Turn {
  readonly kind: "modbus-identify";
  readonly unit: number;
  readonly objectId: number;
}

/** Reads one data identifier, 8 hex digits such as 02010100, of the meter with this 12-digit address. DL/T 645-2007. */
interface Dlt645ReadRequest extends Turn {
  readonly kind: "dlt645-read";
  readonly address: string;
  readonly identifier: string;
}

/** Asks the only DL/T 645-2007 meter on a line for its address. */
interface Dlt645AddressRequest extends Turn {
  readonly kind: "dlt645-address";
}

/** One question to one station. A link refuses (quality no-answer) what its protocol cannot carry. */
export type LinkRequest =
  | ModbusReadRequest
  | ModbusIdentifyRequest
  | Dlt645ReadRequest
  | Dlt645AddressRequest;

/** What was answered, or the quality that says why nothing was. */
export type LinkOutcome =
  /** modbus-read: registers or bits. */
  | { readonly values: readonly number[] }
  /**
   * modbus-identify: the PDU after its function code. dlt645-read: the value's bytes as sent, low byte first, without the
   * identifier and the offset 0x33. dlt645-address: none.
   */
  | { readonly data: Uint8Array; readonly address?: string }
  | { readonly quality: Quality };

/** One transaction as it went. */
export type LinkReply = LinkOutcome & {
  /** On the link's clock: when the question was sent, or would have been. */
  readonly sentMs: number;
  /** From the question's first byte to the answer's last; the time waited where there was none. */
  readonly tookMs: number;
  /** The bytes on the wire; on modbus-tcp the question has no MBAP header. */
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
};

/** The answers and round trips of one station since the link was opened. */
export interface StationStats {
  readonly asked: number;
  readonly answered: number;
  readonly badFrames: number;
  /** Questions since the last answer. */
  readonly unanswered: number;
  /** Of answered questions; null before the first. */
  readonly roundTripMs: { readonly last: number; readonly mean: number; readonly longest: number } | null;
}

/** How a link is doing. */
export interface LinkStats {
  readonly up: boolean;
  /** Part of the last minute that a transaction or draining occupied the line, 0 to 1. */
  readonly utilisation: number;
  /** Questions waiting for their turn. */
  readonly waiting: number;
  /** Times the line was drained after silence or a bad frame. */
  readonly drained: number;
  /** By Modbus unit (decimal) or DL/T 645 address. */
  readonly stations: ReadonlyMap<string, StationStats>;
}

/** One physical line or socket: one transaction in flight, the others wait by priority. */
export interface Link {
  readonly id: string;
  /** Waits its turn, opens the line if need be, asks. Never rejects; an aborted question is one without an answer, at once. */
  transact(request: LinkRequest, signal?: AbortSignal): Promise<LinkReply>;
  /** Drops the connection; what waits and what is in flight ends without an answer. */
  close(): Promise<void>;
  stats(): LinkStats;
}
