import { loadScenario, type Simulator, type SimulatorOptions, startSimulator } from "@sealwatch/firmware-sim";
import { silentLogger } from "@sealwatch/platform";

/** A winter night; time stands still there, so that every value stays what it is. */
const START_MS = Date.parse("2026-01-15T23:00:00+08:00");

/** The site of `all-devices` at a moment that does not pass, reached by `transport`. */
export function startStillSite(
  transport: SimulatorOptions["transport"],
  scenario = "all-devices",
): Promise<Simulator> {
  return startSimulator({
    scenario: loadScenario(scenario),
    seed: 7,
    transport,
    startMs: START_MS,
    speed: 1,
    step: { port: 0, untilNow: false },
    waitTrigger: true,
    log: silentLogger(),
  });
}
