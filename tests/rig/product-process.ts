import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const COMMAND = {
  gateway: "sealwatch-gateway",
  cloud: "sealwatch-cloud",
  "firmware-sim": "sealwatch-sim",
} as const;

/** Starts a product's command as a shell would, with a channel for messages. */
function startCommand(product: Product, args: readonly string[]) {
  const manifest = createRequire(import.meta.url).resolve(`@sealwatch/${product}/package.json`);
  const command = join(dirname(manifest), "bin", `${COMMAND[product]}.mjs`);
  return spawn(command, [...args], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
}

/** Lines of a process's complaints that are kept to explain why it ended. */
const LINES_KEPT = 20;

export type Product = "firmware-sim" | "gateway" | "cloud";

/** A product running as a process of its own. It ends by itself when this process dies, since the IPC channel closes. */
export interface ProductProcess {
  readonly product: Product;
  readonly pid: number;
  /** The first JSON line it printed, parsed. Rejects when it ends before. */
  readonly listening: Promise<Record<string, number>>;
  /** Resolves with the last line it complained, whenever and however it ends. */
  readonly ended: Promise<string>;
  onMessage(handler: (message: unknown) => void): void;
  /** Asks it to stop and resolves when it has. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts a product; `onLog` sees each line it writes to stderr. */
export function startProduct(
  product: Product,
  args: readonly string[],
  onLog: (line: string) => void = () => {},
): ProductProcess {
  const child = startCommand(product, args);
  const complaints: string[] = [];
  readLines(child.stderr, (line) => {
    complaints.push(line);
    if (complaints.length > LINES_KEPT) complaints.shift();
    onLog(line);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(complaints.findLast((line) => !line.startsWith("{")) ?? `${product} ended (${signal ?? code})`);
    });
  });
  const listening = new Promise<Record<string, number>>((resolve, reject) => {
    readLines(child.stdout, (line) => {
      if (line.startsWith("{")) resolve(JSON.parse(line).listening ?? {});
    });
    void ended.then((why) => reject(new Error(why)));
  });
  listening.catch(() => {});
  return {
    product,
    pid: child.pid ?? 0,
    listening,
    ended,
    onMessage: (handler) => child.on("message", handler),
    stop: () => end(child, "SIGTERM", ended),
    kill: () => end(child, "SIGKILL", ended),
  };
}

/** Runs a product's one-shot command and returns what it printed. Rejects with its complaint. */
export async function runProduct(product: Product, args: readonly string[]): Promise<string> {
  const child = startCommand(product, args);
  let output = "";
  let complaint = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(complaint.trim() || `${product} ended with ${code}`);
  return output.trim();
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on("line", onLine);
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<string>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
