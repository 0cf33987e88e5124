import { readFileSync } from "node:fs";

/** Ticks a second of /proc/PID/stat on every Linux that Node runs on. */
const TICKS_PER_S = 100;
const KB_PER_MB = 1024;

/** CPU seconds a process has used, all its threads together (proc(5): utime and stime). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** The most memory a process has had resident, in MB (proc(5): VmHWM). */
export function peakRssMb(pid: number): number {
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / KB_PER_MB;
}

/** Bytes a process had written to storage, as the kernel counts them (proc(5): write_bytes). */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}
