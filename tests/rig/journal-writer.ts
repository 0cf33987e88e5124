import {
  encodeSegment,
  type JournalPosition,
  type JournalRecord,
  NO_HASH,
  type Segment,
  type Signer,
  sealSegment,
} from "@sealwatch/protocols";

/** Writes a valid journal by hand, segment by segment. */
export class JournalWriter {
  readonly #gateway: string;
  readonly #signer: Signer;
  readonly #epoch: string;
  readonly #parent: JournalPosition | null;
  #head: { seq: number; hash: string };

  constructor(gateway: string, signer: Signer, epoch: string, parent: JournalPosition | null = null) {
    this.#gateway = gateway;
    this.#signer = signer;
    this.#epoch = epoch;
    this.#parent = parent;
    this.#head = { seq: 0, hash: parent?.hash ?? NO_HASH };
  }

  get head(): JournalPosition {
    return { epoch: this.#epoch, ...this.#head };
  }

  /** The next segment, as an object and as bytes. */
  next(records: readonly JournalRecord[]): { segment: Segment; bytes: Uint8Array } {
    const seq = this.#head.seq + 1;
    const place = {
      gateway: this.#gateway,
      epoch: this.#epoch,
      seq,
      prev: this.#head.hash,
      parent: this.#parent,
    };
    const segment = sealSegment(place, records, this.#signer);
    this.#head = { seq, hash: segment.hash };
    return { segment, bytes: encodeSegment(segment) };
  }
}
