import type { HeldEpoch, JournalPosition, JournalRecord } from "@sealwatch/protocols";
import type { SpaceReport } from "./journal-space.ts";
import type { StoredSegment } from "./stored-segment.ts";

/** What the worker is started with. */
export interface WorkerOptions {
  readonly file: string;
  readonly keyFile: string;
  readonly gateway: string;
  readonly budgetBytes: number;
  /** Mode test only: every commit takes this much longer, as on a worn card. */
  readonly commitDelayMs?: number;
}

/** Whether the disk has room, beside the journal's own budget. */
export interface DiskReport {
  readonly diskFull: boolean;
}

/** Main thread to worker. `id` comes back in the answer; ids of appends only grow. */
export type JournalRequest =
  | {
      readonly op: "append";
      readonly id: number;
      readonly records: readonly JournalRecord[];
      readonly seal: boolean;
    }
  | { readonly op: "read"; readonly id: number; readonly afterOrd: number; readonly limit: number }
  | { readonly op: "locate"; readonly id: number; readonly position: JournalPosition }
  | { readonly op: "held"; readonly id: number }
  | { readonly op: "space"; readonly id: number }
  | { readonly op: "acknowledge"; readonly ord: number }
  | { readonly op: "close"; readonly id: number };

/** Worker to main thread. */
export type JournalAnswer =
  | {
      readonly op: "opened";
      readonly epoch: string;
      readonly newestOrd: number;
      /** The damaged file that was put aside, if one was. */
      readonly quarantined: string | null;
    }
  /** Every append up to `upToId` is on disk. */
  | {
      readonly op: "committed";
      readonly upToId: number;
      readonly sealed: number;
      readonly newestOrd: number;
      readonly full: boolean;
    }
  | { readonly op: "segments"; readonly id: number; readonly segments: readonly StoredSegment[] }
  | { readonly op: "located"; readonly id: number; readonly ord: number | null }
  | { readonly op: "held"; readonly id: number; readonly epochs: readonly HeldEpoch[] }
  | { readonly op: "space"; readonly id: number; readonly space: SpaceReport & DiskReport }
  | { readonly op: "closed"; readonly id: number }
  /** A commit failed and is tried again; nothing is lost yet. */
  | { readonly op: "retrying"; readonly why: string; readonly diskFull: boolean }
  /** The disk filled up, and its reserve was given back to it; or it has room again. */
  | { readonly op: "disk"; readonly full: boolean }
  /** The worker cannot go on. `code` is a gateway or platform error's, or null. */
  | { readonly op: "failed"; readonly why: string; readonly code: string | null };
