import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import type { ContextEntry } from "./context-entry.ts";
import { EPOCH_A, foldBatches, SITE } from "./fold-batches.fixture.ts";
import { MIDNIGHT_MS } from "./simulated-journal.fixture.ts";
import type { SiteContext } from "./site-context.ts";
import { judgeSite } from "./site-verdict.ts";

/** A channel of the tests: what matters is given, the rest is ordinary. */
export function channel(
  id: number,
  kind: ChannelDescription["kind"],
  more: Partial<ChannelDescription> = {},
): ChannelDescription {
  return {
    id,
    device: "meter-1",
    point: `${kind}-${id}`,
    profile: "generic/test@1",
    kind,
    unit: "",
    decimals: 0,
    intervalMs: 60_000,
    supply: "auxiliary",
    label: "",
    ...more,
  };
}

/** Values of several channels at one moment, in scaled units; null is no answer. */
export function sample(atMs: number, values: Readonly<Record<number, number | null>>): JournalRecord {
  const entries = Object.entries(values);
  return {
    type: "sample",
    atMs,
    channels: entries.map(([id]) => Number(id)),
    scaled: entries.map(([, value]) => value),
    qualities: entries.map(([, value]) => (value === null ? 1 : 0)),
  };
}

/** Folds records of these channels from MIDNIGHT_MS on, and judges the site at the last record. */
export function watchChannels(
  channels: readonly ChannelDescription[],
  records: readonly JournalRecord[],
  options: { site?: Partial<SiteContext>; context?: readonly ContextEntry[]; untilMs?: number } = {},
) {
  const { state, findings } = foldBatches(
    [
      {
        epoch: EPOCH_A,
        records: [
          { type: "channels", atMs: 0, channels: [...channels] },
          { type: "clock", atMs: 0, utcMs: MIDNIGHT_MS, uncertaintyMs: 50, source: "simulator" },
          ...records,
        ],
      },
    ],
    options,
  );
  const untilMs = options.untilMs ?? MIDNIGHT_MS + (records.at(-1)?.atMs ?? 0);
  const verdict = judgeSite({ site: SITE.site, findings, silences: [], baseline: "accepted", untilMs });
  return { state, findings, verdict, opened: findings.filter(({ phase }) => phase === "opened") };
}
