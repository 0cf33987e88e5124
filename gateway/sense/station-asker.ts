import type { Logger } from "@sealwatch/platform";
import { type DecodedPoint, type DevicePoint, isAnswer, QUALITY } from "@sealwatch/protocols";
import type { Link, LinkReply } from "./link.ts";
import type { PollPlan } from "./poll-plan.ts";
import { askInstead, decodeFrom, requestOf, type StationRead } from "./station-read.ts";

/** One question to a station and what came of it. */
interface Reply {
  readonly read: StationRead;
  readonly outcome: LinkReply;
}

/** What a station answered to a round of reads. */
export interface Answers {
  /** When the first question was sent, monotonic; null when nothing was asked. */
  readonly sentMs: number | null;
  readonly replies: readonly Reply[];
  /** True when the station said anything, be it an exception. */
  readonly answered: boolean;
}

/** Asks one station the same reads again and again, and remembers which of them it answers only in parts. */
export class StationAsker {
  readonly #parts: { readonly link: Link; readonly log: Logger };
  readonly #plan: Pick<PollPlan, "device" | "unit">;
  #reads: readonly StationRead[];

  constructor(
    reads: readonly StationRead[],
    plan: Pick<PollPlan, "device" | "unit">,
    parts: { readonly link: Link; readonly log: Logger },
  ) {
    this.#reads = reads;
    this.#plan = plan;
    this.#parts = parts;
  }

  async ask(dueMs: number, signal?: AbortSignal): Promise<Answers> {
    const replies: Reply[] = [];
    let answered = false;
    const todo = [...this.#reads];
    for (let read = todo.shift(); read; read = todo.shift()) {
      const outcome = await this.#parts.link.transact(requestOf(this.#plan.unit, read, dueMs), signal);
      const quality = "quality" in outcome ? outcome.quality : QUALITY.good;
      if (isAnswer(quality)) answered = true;
      const parts = this.#split(read, outcome);
      if (parts) todo.unshift(...parts);
      else replies.push({ read, outcome });
      // The rest of a silent device's reads would each cost the bus another timeout.
      if (quality === QUALITY.noAnswer) break;
    }
    return { sentMs: replies[0]?.outcome.sentMs ?? null, replies, answered };
  }

  /** Remembers to read in parts what the device does not answer in one. */
  #split(read: StationRead, outcome: LinkReply): readonly StationRead[] | null {
    const parts = askInstead(read, outcome);
    if (!parts) return null;
    this.#parts.log.info({ device: this.#plan.device, parts: parts.length }, "read split");
    this.#reads = this.#reads.flatMap((one) => (one === read ? parts : [one]));
    return parts;
  }
}

/** The points of some answers by their id, each turned into a value with `ratios`. Pure. */
export function decodeAnswers(
  { replies }: Pick<Answers, "replies">,
  ratios: Parameters<typeof decodeFrom>[3],
): Map<string, DecodedPoint> {
  return new Map(
    replies.flatMap(({ read, outcome }) => {
      const members: readonly DevicePoint[] = read.points;
      return members.map((point) => [point.id, decodeFrom(read, point, outcome, ratios)] as const);
    }),
  );
}
