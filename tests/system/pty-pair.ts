import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleepMs, systemClock } from "@sealwatch/platform";

const WAIT_MAX_MS = 30_000;
const LOOK_EVERY_MS = 10;

/** Two pseudo terminals joined like the ends of a cable. */
export interface PtyPair {
  readonly near: string;
  readonly far: string;
  close(): Promise<void>;
}

/** Lets socat make a pair. Throws when socat is missing (Debian: apt-get install socat). */
export async function openPtyPair(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), "sealwatch-ptys-"));
  const [near, far] = [join(folder, "near"), join(folder, "far")];
  const socat = spawn("socat", [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: "ignore",
  });
  await once(socat, "spawn");
  for (let waited = 0; !existsSync(near) || !existsSync(far); waited += LOOK_EVERY_MS) {
    if (waited > WAIT_MAX_MS) throw new Error("socat made no pair of pseudo terminals");
    await sleepMs(systemClock, LOOK_EVERY_MS);
  }
  return {
    near,
    far,
    close: async () => {
      const gone = once(socat, "exit");
      socat.kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
