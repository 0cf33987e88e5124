import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CountyClient } from "../rig/county-client.ts";
import { PlantRig } from "../rig/plant-rig.ts";
import { runProduct } from "../rig/product-process.ts";
import { auditReplica } from "../rig/replica-audit.ts";
import { GATEWAY, SITE } from "../rig/site-files.ts";
import { askStep } from "../rig/step-client.ts";

const START_MS = Date.UTC(2024, 8, 1);
const rig = new PlantRig();
const cloudFolder = join(rig.folder, "cloud");
const cloudFile = join(rig.folder, "cloud.yaml");
const backup = join(rig.folder, "county.backup");

beforeAll(() => rig.start(START_MS), 180_000);
afterAll(() => rig.close());

const gatewayView = async () => (await new CountyClient(rig.httpPort).site(SITE)).gateways[0];

/** Waits until the replica holds so many segments more than it did, or reaches a moment. */
async function cloudHolds(meets: (view: { segments: number; recordedToMs: number }) => boolean) {
  for (;;) {
    const view = await gatewayView();
    if (meets({ segments: view?.segments ?? 0, recordedToMs: view?.recordedToMs ?? 0 })) return view;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Stops everything, audits the replica, and says up to where it should reach. */
async function wholeUntilNow(): Promise<number> {
  const untilMs = (await askStep(rig.stepPort, { op: "now" }))?.wallMs ?? 0;
  const view = await cloudHolds(({ recordedToMs }) => recordedToMs >= untilMs);
  return view?.segments ?? 0;
}

describe("a cloud that lost its data", { timeout: 180_000 }, () => {
  it("isBackedUpWhileItRunsAndWhileItTakesSegments", async () => {
    await cloudHolds(({ segments }) => segments >= 40);
    const told = await runProduct("cloud", ["backup", "--config", cloudFile, "--out", backup]);
    expect(told).toContain("cloud.key");
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    await expect(runProduct("cloud", ["backup", "--config", cloudFile, "--out", backup])).rejects.toThrow(
      /BACKUP_OUT_UNUSABLE.*there already/,
    );
  });

  it("isRefilledByItsGatewayAfterABackupWasRestored", async () => {
    const before = await gatewayView();
    await cloudHolds(({ segments }) => segments >= (before?.segments ?? 0) + 40);
    await rig.cloud?.kill();
    renameSync(cloudFolder, `${cloudFolder}.lost`);
    const told = await runProduct("cloud", ["restore", "--config", cloudFile, "--from", backup]);
    expect(told).toContain("revocations import");
    await expect(runProduct("cloud", ["restore", "--config", cloudFile, "--from", backup])).rejects.toThrow(
      /BACKUP_UNUSABLE.*move it aside/,
    );
    await rig.startCloud();
    expect(await wholeUntilNow()).toBeGreaterThan(before?.segments ?? 0);
    expect(existsSync(join(cloudFolder, "revocations.backup.jsonl"))).toBe(true);
  });

  it("isRefilledByItsGatewayWhenItIsEmpty", async () => {
    await rig.cloud?.kill();
    renameSync(join(cloudFolder, "cloud.sqlite"), join(rig.folder, "lost.sqlite"));
    await rig.startCloud();
    await wholeUntilNow();
    await rig.gateway?.stop();
    await rig.cloud?.stop();
    const audit = await auditReplica(rig.cloudDatabase, GATEWAY);
    expect(audit).toMatchObject({ chainBreaks: 0, misplacedSamples: 0, epochs: 1 });
    const [first] = [...audit.sampleTimesMs.values()];
    expect(first?.[0]).toBeLessThan(START_MS + 120_000);
  });
});
