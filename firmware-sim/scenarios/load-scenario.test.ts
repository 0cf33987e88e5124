import { describe, expect, it } from "vitest";
import { loadScenario, parseScenario, scenarioNames, workshopScenarioNames } from "./load-scenario.ts";
import { siteSchema } from "./scenario-schema.ts";

describe("scenarios", () => {
  it("thoseOfTheDemoShip", () => {
    for (const name of ["night-restart", "quiet", "seal-opened", "single-pump", "meter-silent"])
      expect(scenarioNames()).toContain(name);
  });

  it.each(workshopScenarioNames())(
    "%s is whole, named like its file, and has the same instruments as all of the workshop",
    (name) => {
      const scenario = loadScenario(name);
      expect(scenario.name).toBe(name);
      expect(scenario.devices.map(({ unit, model }) => [unit, model])).toEqual([
        [1, "eastron-sdm630"],
        [2, "waveshare-io-8ch"],
        [3, "tvoc-multi-sensor"],
      ]);
      expect(scenario.plant.formerLoadW).toBe(60_000);
      expect(scenario.truth.expect.level === "none").toBe(scenario.truth.expect.reasonsMin === 0);
    },
  );

  it("theMixedLineHasSixDifferentDevicesAndOneThatNoProfileKnows", () => {
    expect(workshopScenarioNames()).not.toContain("mixed-line");
    const models = loadScenario("mixed-line").devices.map(({ model }) => model);
    expect(new Set(models).size).toBe(7);
    expect(models).toContain("unlisted-meter");
  });

  it("thePumpOfSinglePumpIsFivePercentOfTheFormerLoad", () => {
    const { plant, timeline } = loadScenario("single-pump");
    const pump = plant.machines.find(({ id }) => id === timeline[0]?.what);
    expect((pump?.ratedW ?? 0) / plant.formerLoadW).toBeCloseTo(0.05, 6);
  });

  it("anUnknownNameIsToldTheNamesThereAre", () => {
    expect(() => loadScenario("day-restart")).toThrow(/SCENARIO_UNKNOWN.*night-restart.*quiet/);
    expect(() => loadScenario("../package")).toThrow("SCENARIO_UNKNOWN");
  });

  it("allProblemsAreToldAtOnceWithPathAndFix", () => {
    const text = `
name: broken
title: { zh: 坏, en: Broken }
site: two-reactor-workshop
timeline:
  - { at: soon, do: open, what: seal-s2 }
  - { at: 1s, do: explode, what: seal-s2 }
truth: { restart: false, expect: { level: purple, reasonsMin: 0 } }
`;
    expect(() => parseScenario(text, "broken.yaml")).toThrow(
      /3 problem[\s\S]*timeline\[0\]\.at[\s\S]*timeline\[1\]\.do[\s\S]*truth\.expect\.level/,
    );
  });

  it("anActionOnSomethingTheSiteDoesNotHaveIsToldWhatItHas", () => {
    const text = `
name: broken
title: { zh: 坏, en: Broken }
site: two-reactor-workshop
timeline: [{ at: 1s, do: start, what: seal-s2 }]
truth: { restart: true, expect: { level: red, reasonsMin: 2 } }
`;
    expect(() => parseScenario(text, "broken.yaml")).toThrow(
      /timeline\[0\]\.what: write one of reactor-stirrer[\s\S]*truth\.restartAt: say when/,
    );
  });

  it("faultsNameTheirTargetAndTheBoundsOfTheirValue", () => {
    const text = `
name: broken
title: { zh: 坏, en: Broken }
site: two-reactor-workshop
timeline:
  - { at: 1s, do: late, what: line, value: 900 }
  - { at: 1s, do: exception, what: meter, value: 300 }
  - { at: 1s, do: clash, what: meter, value: 1 }
  - { at: 1s, do: echo, what: line }
truth: { restart: false, expect: { level: none, reasonsMin: 0 } }
`;
    expect(() => parseScenario(text, "broken.yaml")).toThrow(
      /3 problem[\s\S]*timeline\[0\]\.what: write one of meter, contacts, gas[\s\S]*\[1\]\.value: write a number from 1 to 255[\s\S]*\[2\]\.value: leave it out/,
    );
  });

  it("aMeterOfDlt645NeedsAnAddressAndNoUnit", () => {
    const text = `
name: broken
title: { zh: 坏, en: Broken }
site: training-bench
devices:
  - { id: meter, unit: 4, model: dlt645-three-phase, supply: mains }
  - { id: twin, unit: 5, model: eastron-sdm72, supply: mains }
  - { id: other, unit: 5, model: eastron-sdm72, supply: mains }
timeline: []
truth: { restart: false, expect: { level: none, reasonsMin: 0 } }
`;
    expect(() => parseScenario(text, "broken.yaml")).toThrow(
      /devices\[0\]\.address: a dlt645-three-phase needs one/,
    );
  });

  it("aMeterOfAFeederThatThePlantDoesNotHaveIsToldWhichItHas", () => {
    const text = `
name: broken
title: { zh: 坏, en: Broken }
site: two-feeder-workshop
devices:
  - { id: meter, unit: 1, model: eastron-sdm630, supply: mains, feeder: line-2 }
timeline: []
truth: { restart: false, expect: { level: none, reasonsMin: 0 } }
`;
    expect(() => parseScenario(text, "broken.yaml")).toThrow(
      /devices\[0\]\.feeder: write one of incomer, process/,
    );
  });

  it("aLoadOnAFeederThatThePlantDoesNotHaveIsToldWhichItHas", () => {
    const { plant, devices } = loadScenario("feeder-share-shift");
    const machines = plant.machines.map((machine) => ({ ...machine, feeder: "line-2" }));
    const lights = { ...plant.idle.lights, dusk: "18:40", dawn: "05:50" };
    const idle = { ...plant.idle, lights };
    const { error } = siteSchema.safeParse({ plant: { ...plant, idle, machines }, devices });
    expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toContain(
      "plant.machines.0.feeder: write one of incomer, process",
    );
  });
});
