import { type Clock, type Logger, systemRandom } from "@sealwatch/platform";
import type { Database } from "../store/database.ts";
import { acknowledgeKey } from "./acknowledge-link.ts";
import { AlertPath } from "./alert-path.ts";
import type { Channel } from "./channel.ts";
import type { ContactsOf } from "./contact.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { NotifyConfig } from "./notify-config.ts";
import { openChannels } from "./open-channels.ts";

/** Everything that tells people, as cloud.ts runs it. */
export interface Notifier {
  readonly config: NotifyConfig;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly alertPath: AlertPath;
  /** Signs and checks acknowledgement links. */
  readonly linkKey: Uint8Array;
  /** A transaction that enqueued something was committed. */
  wake(): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Reads the channels' secrets and puts the parts together; nothing is sent before `start`. Throws CHANNEL_SECRET_UNREADABLE. */
export function openNotifier(deps: {
  readonly config: NotifyConfig;
  /** Where people reach this cloud; without it messages carry no link. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly contactsOf: ContactsOf;
  readonly pipelineIdle: () => Promise<void>;
}): Notifier {
  const { config, dataDir, clock, publicUrl } = deps;
  const channels = openChannels(config.channels, clock);
  const linkKey = acknowledgeKey(dataDir);
  const links = { publicUrl, acknowledgeWithinMs: config.acknowledgeWithinMs, key: linkKey };
  const dispatcher = new Dispatcher({ ...deps, channels, links, random: systemRandom });
  const wake = () => dispatcher.wake();
  const alertPath = new AlertPath({ ...deps, wake });
  return {
    ...{ config, channels, alertPath, linkKey, wake },
    start: async () => {
      await dispatcher.start();
      alertPath.start();
    },
    close: async () => {
      await alertPath.close();
      await dispatcher.close();
    },
  };
}
