import { type AdminHandlers, type Clock, sleepMs } from "@sealwatch/platform";
import { type DeviceReading, readDevice } from "../commission/device-reader.ts";
import { hexText, readReport } from "../commission/read-report.ts";
import { describeValues, watchedDevice } from "../commission/watched-device.ts";
import type { DeviceConfig } from "../config/gateway-config.ts";
import { gatewayError } from "../errors.ts";
import type { ConfigReload } from "../reload.ts";
import type { Link } from "../sense/link.ts";
import type { ADMIN_OPERATIONS, DeviceRead, GatewayStatus, WatchedDevice } from "./admin-contract.ts";

/** What the operations ask of a running gateway. */
export interface AdminSubject {
  /** Real time: dates what people see, and paces the rounds of a watch. */
  readonly clock: Clock;
  readonly reload: ConfigReload;
  status(): Promise<GatewayStatus>;
  devices(): readonly DeviceConfig[];
  link(id: string): Link | undefined;
}

/** The operations of the admin socket on a running gateway: questions go through its links' own queues. */
export function answerOperations(subject: AdminSubject): AdminHandlers<typeof ADMIN_OPERATIONS> {
  return {
    status: () => subject.status(),
    read: ({ device }, _tell, hungUp) => readOne(subject, device, hungUp),
    watch: async ({ everyMs, rounds = Number.POSITIVE_INFINITY }, tell, hungUp) => {
      const { clock } = subject;
      for (let round = 0; round < rounds && !hungUp.aborted; round++) {
        const startedMs = clock.monotonicMs();
        await readRound(subject, tell, hungUp);
        if (round + 1 < rounds) await sleepMs(clock, everyMs - (clock.monotonicMs() - startedMs), hungUp);
      }
      return {};
    },
    reload: ({ file }) => {
      const running = subject.reload.state().file;
      if (file === running) return subject.reload.applyFile();
      const why = `the running gateway was started with ${running}: change and reload that file`;
      throw gatewayError("USAGE", { why });
    },
  };
}

async function readOne(subject: AdminSubject, id: string, hungUp: AbortSignal): Promise<DeviceRead> {
  const device = subject.devices().find((candidate) => candidate.id === id);
  const link = device && subject.link(device.link);
  if (!device || !link) {
    const known = subject.devices().map((one) => one.id);
    const why = `the running gateway has no device ${id}: choose of ${known.join(", ")}, or reload`;
    throw gatewayError("USAGE", { why });
  }
  return describeRead(id, device, await readDevice(link, device, hungUp));
}

/** A device's reading as it goes over the socket. */
function describeRead(id: string, { profile }: DeviceConfig, reading: DeviceReading): DeviceRead {
  return {
    ...describeValues(id, reading),
    profile: `${profile.vendor}/${profile.model}`,
    exchanges: reading.exchanges.map(({ asks, reply }) => ({
      asks,
      sent: hexText(reply.sent),
      received: hexText(reply.received),
      tookMs: reply.tookMs,
    })),
    report: readReport(id, profile, reading),
  };
}

/** The devices of one link in turn; the links side by side. */
async function readRound(
  { clock, devices, link }: AdminSubject,
  tell: (watched: WatchedDevice) => void,
  hungUp: AbortSignal,
): Promise<void> {
  const configured = devices();
  const links = new Set(configured.map((device) => device.link));
  await Promise.all(
    [...links].map(async (id) => {
      for (const device of configured.filter((one) => one.link === id)) {
        const open = link(id);
        if (!open || hungUp.aborted) return;
        const reading = await readDevice(open, device, hungUp);
        if (!hungUp.aborted) tell(watchedDevice(device, reading, clock.wallMs()));
      }
    }),
  );
}
