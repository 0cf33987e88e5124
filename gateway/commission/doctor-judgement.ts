import { EARLIEST_WALL_MS } from "../clock/clock-watch.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { type CertificateLife, isRenewalDue } from "../identity/certificate.ts";

/** One thing looked at: what was found and, unless it is well, what to do. */
export interface Finding {
  readonly level: "ok" | "warn" | "FAIL";
  readonly about: string;
  readonly says: string;
  readonly fix?: string;
}

/** Below this the journal could not even be opened safely. */
const FREE_MIN_MB = 64;
/** A worn card: commits wait, polling does not. */
const SYNC_SLOW_MS = 500;
const SYNC_FAIL_MS = 5_000;
/** A contact that is asked less often can open and close unseen. */
const CONTACT_INTERVAL_MAX_MS = 200;
const OTHERS_MAY = 0o077;
const EVERYBODY_WRITES = 0o002;

/** Room on the disk of the data folder, against the journal's budget; `mbPerDay` is null where no gateway runs to measure it. */
export function judgeSpace(freeMb: number, budgetMb: number, mbPerDay: number | null = null): Finding {
  const room = Math.min(freeMb, budgetMb);
  const lasts = mbPerDay ? `: ${Math.floor(room / mbPerDay)} days at the rate of now` : "";
  const says = `${freeMb} MB free, the journal may take ${budgetMb} MB${lasts}`;
  if (freeMb < FREE_MIN_MB)
    return { level: "FAIL", about: "disk space", says, fix: `free at least ${FREE_MIN_MB} MB` };
  if (freeMb < budgetMb)
    return { level: "warn", about: "disk space", says, fix: "free space or lower journal.budgetMb" };
  return { level: "ok", about: "disk space", says };
}

/** The slowest of some small synced writes. */
export function judgeSpeed(slowestMs: number): Finding {
  const says = `the slowest of the synced writes took ${Math.ceil(slowestMs)} ms`;
  const fix = "use another card or disk: this one is worn or overloaded";
  if (slowestMs > SYNC_FAIL_MS) return { level: "FAIL", about: "disk speed", says, fix };
  if (slowestMs > SYNC_SLOW_MS) return { level: "warn", about: "disk speed", says, fix };
  return { level: "ok", about: "disk speed", says };
}

/** The system's clock; `synchronised` is null where the system does not tell. */
export function judgeClock(wallMs: number, synchronised: boolean | null): Finding {
  const says = `${new Date(wallMs).toISOString()}${synchronised ? ", synchronised" : ""}`;
  const fix = "set up NTP (timedatectl set-ntp true): readings are dated by this clock";
  if (wallMs < EARLIEST_WALL_MS) return { level: "FAIL", about: "clock", says, fix };
  if (synchronised) return { level: "ok", about: "clock", says };
  const why = synchronised === null ? "whether it is synchronised is not known" : "not synchronised";
  return { level: "warn", about: "clock", says: `${says}, ${why}`, fix };
}

/** A file or folder as the file system describes it; null where it is not there yet. */
export interface FileState {
  readonly mode: number;
  readonly uid: number;
}

/** The private key: readable by its owner only. */
export function judgeKey(file: string, state: FileState | null, uid: number): Finding {
  const about = "key";
  if (!state) return { level: "warn", about, says: `${file} is not there yet`, fix: "run keygen" };
  if (state.mode & OTHERS_MAY)
    return { level: "FAIL", about, says: `${file} can be read by others`, fix: `chmod 600 ${file}` };
  if (state.uid !== uid && uid !== 0)
    return { level: "FAIL", about, says: `${file} belongs to another user`, fix: `chown it to user ${uid}` };
  return { level: "ok", about, says: `${file}, its owner's only` };
}

/** The data folder: ours, and not everybody's. */
export function judgeDataDir(dir: string, state: FileState | null, writable: boolean): Finding {
  const about = "data folder";
  if (!state)
    return { level: "warn", about, says: `${dir} is not there yet`, fix: "run keygen: it is made then" };
  if (!writable)
    return { level: "FAIL", about, says: `${dir} cannot be written`, fix: "run as its owner, or chown it" };
  if (state.mode & EVERYBODY_WRITES)
    return { level: "FAIL", about, says: `everybody may write in ${dir}`, fix: `chmod o-w ${dir}` };
  return { level: "ok", about, says: dir };
}

/** A line or the broker: reached, or the system's reason (`ENOENT`, `EACCES`, `ECONNREFUSED`, …). */
export function judgeReach(about: string, where: string, failure: string | null): Finding {
  if (failure === null) return { level: "ok", about, says: where };
  const fix = FIXES[failure] ?? "look at address, cable and power of the other side";
  return { level: "FAIL", about, says: `${where}: ${failure}`, fix };
}

const FIXES: Readonly<Record<string, string>> = {
  ENOENT: "no such port: is the adapter plugged in? ls /dev/serial/by-id names those that are",
  EACCES: "add this user to the group that owns the port: usermod -aG dialout USER, and log in again",
  ECONNREFUSED: "the other side is there but nobody listens on this port: is it started, is the port right?",
  ENOTFOUND: "the name is not known: write an address, or look at the name server",
};

/** A serial port that a process has open already: ours while `run` is up, else somebody who spoils the answers. */
export function judgeHolder(about: string, path: string, holder: string): Finding {
  const fix = "end it: two who ask on one line spoil each other's answers";
  return { level: "FAIL", about, says: `${path} is held by ${holder}`, fix };
}

/** Questions in a row without an answer, from which on a device is called silent. */
const SILENT_FROM_MISSES = 3;

/** A link as the running gateway sees it: asking it ourselves would disturb its polls. */
export function judgeRunningLink(about: string, link: RunningLink | undefined, pid: number): Finding {
  const fix = "look at power, wiring and address of those that are silent; `status` and `read` tell more";
  if (!link)
    return {
      level: "warn",
      about,
      says: `the running gateway (process ${pid}) does not know it yet`,
      fix: "reload the configuration",
    };
  const devices = Object.entries(link.devices);
  const silent = devices
    .filter(([, { answered, unanswered }]) => answered === 0 || unanswered >= SILENT_FROM_MISSES)
    .map(([id]) => id);
  const answering = `${devices.length - silent.length} of ${devices.length} devices answer`;
  const says = `the running gateway (process ${pid}) has it: ${answering}`;
  if (!link.up) return { level: "FAIL", about, says: `${says}, and it is down`, fix };
  if (silent.length > 0) return { level: "warn", about, says: `${says}, not ${silent.join(", ")}`, fix };
  return { level: "ok", about, says };
}

interface RunningLink {
  readonly up: boolean;
  readonly devices: Readonly<Record<string, { readonly answered: number; readonly unanswered: number }>>;
}

/** Whether this gateway can prove to the broker who it is. */
export interface IdentityState {
  /** The broker of this machine, where one is configured. */
  readonly plainUrl: string | null;
  /** Why the enrolment cannot be used. */
  readonly problem: string | null;
  readonly enrolled: (CertificateLife & { readonly gateway: string; readonly site: string }) | null;
}

/** The certificate: there, ours, the county's, and valid for long enough that it renews itself. */
export function judgeCertificates({ plainUrl, problem, enrolled }: IdentityState, nowMs: number): Finding {
  const about = "certificate";
  if (problem)
    return { level: "FAIL", about, says: problem, fix: "mend that, or enrol again with a new code" };
  if (!enrolled)
    return plainUrl
      ? { level: "ok", about, says: `none needed: ${plainUrl} does not leave this machine` }
      : { level: "FAIL", about, says: "the county does not know this gateway yet", fix: "run enrol" };
  const until = new Date(enrolled.untilMs).toISOString().slice(0, 10);
  const says = `${enrolled.gateway} at ${enrolled.site}, valid until ${until}`;
  if (nowMs > enrolled.untilMs)
    return { level: "FAIL", about, says: `${says}: expired`, fix: "enrol again with a new code" };
  if (isRenewalDue(enrolled, nowMs))
    return {
      level: "warn",
      about,
      says: `${says}, and not renewed yet`,
      fix: "see that run reaches the enrolment service: its log says why it does not",
    };
  return { level: "ok", about, says };
}

/** Contacts that are asked too rarely, or that a silent neighbour on their line would keep waiting. */
export function judgeContacts({ devices, links }: Pick<GatewayConfig, "devices" | "links">): Finding[] {
  return devices.flatMap((device): Finding[] => {
    const inputs = Object.keys(device.contacts).length + Object.keys(device.sealLoops ?? {}).length;
    if (inputs === 0) return [];
    const about = `contacts of ${device.id}`;
    const link = links.find(({ id }) => id === device.link);
    const timeoutMs = link && "timeoutMs" in link ? link.timeoutMs : 0;
    const neighbours = devices.filter(({ id, link }) => link === device.link && id !== device.id);
    const found: Finding[] = [];
    if (device.intervalMs > CONTACT_INTERVAL_MAX_MS)
      found.push({
        level: "warn",
        about,
        says: `asked every ${device.intervalMs} ms: a seal can be opened and closed between`,
        fix: `intervalMs: ${CONTACT_INTERVAL_MAX_MS} or less`,
      });
    if (neighbours.length > 0)
      found.push({
        level: "warn",
        about,
        says: `they share ${device.link} with ${neighbours.length} device(s), each of which can keep them waiting for ${timeoutMs} ms and more`,
        fix: "give contacts a link of their own",
      });
    return found.length > 0
      ? found
      : [{ level: "ok", about, says: `${inputs} inputs on a link of their own` }];
  });
}

/** All findings for people, each with what to do. */
export function doctorReport(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ level, about, says, fix }) => [
    `${level.padEnd(4)} ${about}: ${says}`,
    ...(fix ? [`       → ${fix}`] : []),
  ]);
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  return `${lines.join("\n")}\n${count("ok")} ok, ${count("warn")} to look at, ${count("FAIL")} to mend\n`;
}
