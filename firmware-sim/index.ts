export { loadScenario, workshopScenarioNames as scenarioNames } from "./scenarios/load-scenario.ts";
export type { Scenario } from "./scenarios/scenario-schema.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
