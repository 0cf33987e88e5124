import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadSiteFile } from "./site-file.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-site-file-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string) {
  const file = join(folder, "site.yaml");
  writeFileSync(file, text);
  return loadSiteFile(file);
}

it("tells every mistake at once, with its field and what to write", () => {
  const text = `
id: Bad Id!
formerLoad: 60000
utcOffsetMin: eight
learning: { from: "2026-01-15", to: "2026-01-01" }
channels:
  power: { kind: activepower, unit: kw }
  energy: { kind: active-power, unit: kWh }
  silent: { kind: energy-import }
  door: { kind: contact, normal: 2 }
  time: { kind: voc, unit: ppb }
  nothing:
`;
  for (const problem of [
    /has 11 problem/,
    /id: write 3/,
    /utcOffsetMin: write minutes east of UTC/,
    /learning\.to: write a time after from/,
    /channels\.power\.kind: .*active-power/,
    /channels\.energy\.unit: active-power is in W, kW, MW: write which \(found "kWh"\)/,
    /channels\.silent\.unit: energy-import is in Wh, kWh, MWh: write which \(found nothing\)/,
    /channels\.door\.role: say what the contact watches/,
    /channels\.door\.normal: write 1 \(closed\) or 0 \(open\)/,
    /channels\.time: remove it/,
    /channels\.nothing: write an object of kind, unit/,
    /remove or rename formerLoad; there are id, utcOffsetMin/,
  ])
    expect(() => load(text)).toThrow(problem);
});

it("a whole file that is nothing says what stands in it", () => {
  expect(() => load("")).toThrow(/\(whole file\): write an object of id, /);
});

it("times without a zone are local time at the site's own offset", () => {
  const { learning, channels } = load(`
id: qingshi-dyes
utcOffsetMin: 360
learning: { from: 2026-01-01, to: "2026-01-15 06:00" }
channels: { volt: { kind: voltage, unit: V }, warm: { kind: temperature } }
`);
  expect(learning).toEqual({ from: Date.UTC(2025, 11, 31, 18), to: Date.UTC(2026, 0, 15) });
  expect(Object.keys(channels)).toEqual(["volt", "warm"]);
});
