// House rules that no other tool knows: file length, file names, leftover marks, and who may ask the time.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const LINES_MAX = 400;
const MEDIAN_LINES_MAX = 90;
const VAGUE_NAMES = /(^|\/)(utils?|helpers?|common|manager|types|misc)\.tsx?$/;
const SHELL = /^(platform|tests)\/|(^|\/)main\.ts$|\.test\.tsx?$|^cloud\/console\//;

const listed = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"],
  {
    encoding: "utf8",
  },
);
const files = listed.split("\n").filter(Boolean);
const documentedErrors = readFileSync("docs/errors.md", "utf8");
const problems = [];
const lengths = [];

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").length - 1;
  if (!file.endsWith(".test.ts")) lengths.push(lines);
  if (lines > LINES_MAX) problems.push(`${file}: ${lines} lines, at most ${LINES_MAX}`);
  if (VAGUE_NAMES.test(file)) problems.push(`${file}: name it after what it holds`);
  if (!/^[a-z0-9.\-/]+$/.test(file)) problems.push(`${file}: write file names in kebab-case`);
  if (/\b(TODO|FIXME|HACK)\b/.test(text)) problems.push(`${file}: finish it or file it`);
  if (/(^|-)errors?\.ts$|\/errors\.ts$/.test(file)) {
    for (const [, code] of text.matchAll(/^ {2}([A-Z][A-Z_]+): \{/gm)) {
      if (!documentedErrors.includes(`\`${code}\``))
        problems.push(`${file}: ${code} is missing in docs/errors.md`);
    }
  }
  if (!SHELL.test(file) && /\b(Date\.now|Math\.random)\b/.test(text)) {
    problems.push(`${file}: time and chance come in through platform's Clock and Random`);
  }
}
lengths.sort((left, right) => left - right);
const median = lengths[lengths.length >> 1] ?? 0;
if (median > MEDIAN_LINES_MAX) problems.push(`median file length is ${median}, at most ${MEDIAN_LINES_MAX}`);

for (const problem of problems) console.log(problem);
console.log(`${files.length} files, median ${median} lines, longest ${lengths.at(-1)}`);
process.exit(problems.length === 0 ? 0 : 1);
