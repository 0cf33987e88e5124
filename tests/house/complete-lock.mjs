// Run after `npm install` when the registry in use serves one platform only: npm then leaves the bindings of the other platforms out of the lockfile,
// and `npm ci` refuses it. Their names tell what they are for; npm fills in the rest where they are wanted.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "package-lock.json";
const OS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const CPU = {
  arm64: "arm64",
  arm: "arm",
  x64: "x64",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};

const lock = JSON.parse(readFileSync(FILE, "utf8"));
let added = 0;
for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`;
    const os = OS.find((one) => name.includes(`-${one}-`));
    const cpu = Object.keys(CPU).find((one) => name.includes(`-${one}-`) || name.endsWith(`-${one}`));
    if (lock.packages[place] || !os || !cpu || !/^\d/.test(version)) continue;
    const libc = os === "linux" ? { libc: [name.includes("musl") ? "musl" : "glibc"] } : {};
    lock.packages[place] = {
      version,
      cpu: [CPU[cpu]],
      ...(dev ? { dev } : {}),
      ...libc,
      optional: true,
      os: [os],
    };
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([one], [other]) => (one < other ? -1 : 1)),
);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} bindings added to ${FILE}`);
