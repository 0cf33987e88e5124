import type { ChannelView } from "../../api/contract.ts";
import { useNow } from "../store/use-now.ts";
import { deviceGroups } from "../view/device-group.ts";
import { channelName, latestReading } from "../view/latest-reading.ts";
import { agoText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";

/** A reading younger than this needs no age beside it. */
const RECENT_MS = 5 * 60_000;

/** Every channel's newest reading, device by device. */
export function ChannelTiles({ channels }: { channels: readonly ChannelView[] }) {
  const nowMs = useNow(5000);
  return (
    <section class="card tiles-card">
      <h2 class="card-title">
        <Bi zh="各路读数" en="Latest readings" />
      </h2>
      {channels.length === 0 && (
        <p class="empty-note">
          <Bi zh="网关尚未上报通道" en="the gateway has not described its channels yet" />
        </p>
      )}
      {deviceGroups(channels).map((group) => (
        <div class="device" key={group.key}>
          <h3 class="device-name">
            {group.label !== "" && <strong>{group.label} </strong>}
            {group.key}
          </h3>
          <ul class="tiles">
            {group.channels.map((channel) => (
              <Tile key={channel.id} channel={channel} nowMs={nowMs} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Tile({ channel, nowMs }: { channel: ChannelView; nowMs: number }) {
  const reading = latestReading(channel, nowMs);
  const name = channelName(channel);
  return (
    <li class={`tile tile-${reading.tone}`}>
      <span class="tile-name">
        <Bi {...name} />
      </span>
      <span class="tile-value">
        {reading.value === null ? (
          <span class="tile-none">—</span>
        ) : "zh" in reading.value ? (
          <Bi {...reading.value} />
        ) : (
          <>
            {reading.value.text} <span class="tile-unit">{reading.value.unit}</span>
          </>
        )}
      </span>
      <span class="tile-note">
        {reading.note !== null && <Bi {...reading.note} />}
        {channel.latest !== null && nowMs - channel.latest.atMs > RECENT_MS && (
          <span class="tile-age">{agoText(channel.latest.atMs, nowMs).zh}</span>
        )}
      </span>
    </li>
  );
}
