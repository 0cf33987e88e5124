import { expect, it } from "vitest";
import { claimQrText, claimSheet } from "./claim-sheet.ts";
import { parseDuration } from "./duration.ts";

const claim = {
  code: "7H3K-9QWM-0000-0000-0000-0000-000",
  server: "cloud.example.org:8443",
  site: "qingshi-dyes",
  gateway: "gw-0a0b0c0d",
  expiresMs: Date.parse("2026-03-03T08:00:00Z"),
};

it("namesCodeServerSiteAndExpiryAndDrawsTheCode", () => {
  const sheet = claimSheet(claim);
  for (const part of [claim.code, claim.server, claim.site, claim.gateway, "2026-03-03T08:00:00.000Z"]) {
    expect(sheet).toContain(part);
  }
  expect(sheet).toMatch(/[█▀▄]{10}/);
  expect(claimQrText(claim)).toBe(`sealwatch:enrol?server=cloud.example.org:8443&code=${claim.code}`);
});

it("readsTimesInMinutesHoursAndDays", () => {
  expect(["30m", "48h", "7d"].map(parseDuration)).toEqual([1_800_000, 172_800_000, 604_800_000]);
  for (const wrong of ["", "0h", "48", "1w", "-1h", "1.5h"])
    expect(() => parseDuration(wrong)).toThrow(/48h/);
});
