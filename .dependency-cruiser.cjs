/** The one direction of dependencies: platform ← protocols ← {gateway, cloud, firmware-sim}; tests see public doors only. */
const PRODUCTS = ["gateway", "cloud", "firmware-sim"];
const inside = (folder) => `^${folder}/`;
/** Besides its index a package may have small doors, for threads that must stay small. */
const SMALL_DOORS = { platform: ["clock", "errors", "random", "sqlite"], protocols: ["sealing"] };
const notTheDoor = (folder) =>
  `^${folder}/(?!(${["index", ...(SMALL_DOORS[folder] ?? [])].join("|")})\\.ts$)`;

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "platform-knows-nobody",
      severity: "error",
      from: { path: inside("platform") },
      to: { path: "^(protocols|gateway|cloud|firmware-sim|tests)/" },
    },
    {
      name: "protocols-know-platform-only",
      severity: "error",
      from: { path: inside("protocols") },
      to: { path: "^(gateway|cloud|firmware-sim|tests)/" },
    },
    ...PRODUCTS.map((product) => ({
      name: `${product}-meets-the-others-on-the-wire`,
      severity: "error",
      from: { path: inside(product) },
      to: { path: `^(${PRODUCTS.filter((other) => other !== product).join("|")}|tests)/` },
    })),
    ...["platform", "protocols", ...PRODUCTS].map((folder) => ({
      name: `${folder}-is-entered-by-its-door`,
      severity: "error",
      from: { pathNot: inside(folder) },
      to: { path: notTheDoor(folder) },
    })),
    {
      name: "console-imports-the-api-contract-only",
      severity: "error",
      from: { path: "^cloud/console/" },
      to: {
        path: "^(platform|protocols|gateway|firmware-sim|cloud/(?!console/|api/(?:case-)?contract\\.ts$))",
      },
    },
    {
      name: "the-console-is-not-imported",
      severity: "error",
      from: { path: "^cloud/(?!console/)" },
      to: { path: "^cloud/console/" },
    },
    {
      name: "gateway-data-flows-one-way",
      severity: "error",
      from: { path: "^gateway/journal/" },
      to: { path: "^gateway/(sense|uplink)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "gateway-uplink-is-last",
      severity: "error",
      from: { path: "^gateway/(sense|journal)/" },
      to: { path: "^gateway/uplink/" },
    },
    {
      name: "detection-is-pure",
      severity: "error",
      from: { path: "^cloud/detect/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^(cloud/detect/|protocols/|platform/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      conditionNames: ["source", "types", "import", "node", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
    },
  },
};
