export { Plant } from "./plant/plant.ts";
export {
  loadScenario,
  scenarioNames as allScenarioNames,
  workshopScenarioNames as scenarioNames,
} from "./scenarios/load-scenario.ts";
export type { Scenario, TimelineAction } from "./scenarios/scenario-schema.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
