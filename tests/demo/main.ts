import { DEMO_HELP, parseDemoOptions, UsageError } from "./demo-options.ts";
import { Demo } from "./run-demo.ts";
import { Terminal } from "./terminal.ts";

/** Exit codes: 0 the alert came, 1 it did not or something broke, 2 wrong usage, 130 stopped by Ctrl-C. */
async function main(): Promise<number> {
  const options = parseDemoOptions(process.argv.slice(2));
  if (options.help) {
    console.log(DEMO_HELP);
    return 0;
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const terminal = new Terminal(process.stdout);
  const demo = new Demo(options, terminal);
  const broken = new Promise<never>((_, reject) => {
    demo.lost = reject;
    stop.signal.addEventListener("abort", () => reject(new Interrupted("stopped")));
  });
  broken.catch(() => {});
  try {
    const result = await Promise.race([demo.play(stop.signal), broken]);
    if (!result) terminal.line(`the alert that ${options.scenario} must bring did not come within 120 s`);
    await demo.stop();
    if (result) console.log(JSON.stringify(result));
    return result ? 0 : 1;
  } catch (error) {
    await demo.stop();
    if (error instanceof Interrupted) return 130;
    throw error;
  }
}

class Interrupted extends Error {}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`sealwatch demo: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
