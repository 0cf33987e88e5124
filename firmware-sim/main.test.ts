import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("./dist/main.js", import.meta.url));

function run(args: readonly string[], ipc = false) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ipc ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  const listening = async () => {
    if (!out && child.stdout) await once(child.stdout, "data");
    return JSON.parse(out).listening as { modbusPort: number; stepPort: number | null };
  };
  return { child, ended, listening };
}

describe("sealwatch-sim", () => {
  it("namesItsPortsInOneLineOfJsonAndEndsCleanlyOnSigterm", async () => {
    const { child, ended, listening } = run([
      "--port",
      "0",
      "--step-port",
      "0",
      "--mode",
      "test",
      "--wait-trigger",
    ]);
    const { modbusPort, stepPort } = await listening();
    expect(modbusPort).toBeGreaterThan(0);
    expect(stepPort).toBeGreaterThan(0);
    child.kill("SIGTERM");
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([0, ""]);
    expect(out.trim().split("\n")).toHaveLength(1);
  });

  it("tellsWhatHappensAtTheSiteOnStandardError", async () => {
    const { child, ended, listening } = run(["--port", "0", "--scenario", "seal-opened"]);
    await listening();
    child.kill("SIGINT");
    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(err)).toMatchObject({ do: "open", what: "seal-s2" });
  });

  it("endsWhenItsParentLetsGo", async () => {
    const { child, listening } = run(["--port", "0"], true);
    await listening();
    const exit = once(child, "exit");
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it("helpAndListGoToStandardOutput", async () => {
    const help = await run(["--help"]).ended;
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toContain("Examples:");
    const list = await run(["--list"]).ended;
    expect(list).toMatchObject({ code: 0, err: "" });
    expect(list.out).toMatch(/night-restart +夜间复产/);
  });

  it.each([
    [["--scenario", "nix"], "there are: all-devices, authorised-visit, bursts"],
    [["--speed", "fast"], "--speed"],
    [["--step-port", "0"], "--mode demo or --mode test"],
    [["--host", "192.0.2.1"], "LISTEN_FAILED"],
  ])("%j is refused in one line with exit code 2", async (args, told) => {
    const { code, out, err } = await run(args).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(told);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("aPortInUseIsOneLineWithExitCode2", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { code, err } = await run([
      "--port",
      String(port),
      "--wait-trigger",
      "--step-port",
      "0",
      "--mode",
      "test",
    ]).ended;
    taken.close();
    expect(code).toBe(2);
    expect(err.trim()).toBe(
      `sealwatch-sim: PORT_IN_USE: port ${port} on 127.0.0.1 is in use; choose another, or 0 for a free one`,
    );
  });
});
