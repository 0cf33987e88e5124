import { seededRandom } from "@sealwatch/platform";
import { GATEWAY } from "../rig/site-files.ts";
import { type AnswerAudit, auditAnswers } from "./answer-audit.ts";
import { parseFaultOptions } from "./fault-options.ts";
import { FaultRig, METER_UNITS } from "./fault-rig.ts";
import { FaultSchedule, ROUND_MS } from "./fault-schedule.ts";
import { CLEAR } from "./packet-proxy.ts";

const MS_PER_MINUTE = 60_000;
const READINGS_PER_MINUTE_MIN = 10_000;
const TAKEN_SHARE_MIN = 0.8;
const UNHEARD_SHARE_MAX = 0.01;
const RESTARTS_PER_MINUTE_MIN = 30;

const options = parseFaultOptions(process.argv.slice(2));
const { seed, minutes } = options;
console.log(`faults for ${minutes} minutes, --seed ${seed}`);
const random = seededRandom(seed, "faults");
const rig = new FaultRig(seededRandom(seed, "network"));
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void rig.close(options.keep).finally(() => process.exit(130)));
try {
  const audit = await run();
  const result = resultOf(audit);
  process.exitCode = missed(result).length === 0 ? 0 : 1;
  console.log(JSON.stringify(result));
} finally {
  await rig.close(options.keep);
}

async function run(): Promise<AnswerAudit> {
  await rig.start(seed);
  const fromMs = performance.now();
  const schedule = new FaultSchedule(rig, random);
  const rounds = Math.ceil((minutes * MS_PER_MINUTE) / ROUND_MS);
  for (let round = 0; round < rounds; round++) {
    const lateMs = performance.now() - fromMs - round * ROUND_MS;
    const did = await schedule.round(round, lateMs);
    const seconds = Math.round((performance.now() - fromMs) / 1000);
    console.log(`${seconds} s, round ${round + 1} of ${rounds}, ${rig.restarts} restarts: ${did}`);
  }
  rig.proxy.weather = CLEAR;
  rig.commitDelayMs = 0;
  rig.setClockOffset(0);
  await rig.stopGatewayWhenDrained();
  await rig.cloud?.stop();
  const audit = await auditAnswers({
    database: rig.cloudDatabase,
    answersFile: rig.answersFile,
    gateway: GATEWAY,
    publicKey: rig.publicKey,
    units: METER_UNITS,
    losses: rig.losses,
    epochStartsMs: rig.epochStartsMs,
  });
  tell(audit, (performance.now() - fromMs) / 1000);
  return audit;
}

function tell(audit: AnswerAudit, seconds: number): void {
  const { gateway, cloud } = rig.slowestStartMs;
  const { packets, duplicated, swapped, cuts } = rig.proxy.counts;
  console.log(
    [
      `${Math.round(seconds)} s; slowest start: gateway ${Math.round(gateway)} ms, cloud ${Math.round(cloud)} ms`,
      `at the kills commits were late by ${rig.mostLateMs} ms at most, as the gateway said or on a busy machine`,
      `network: ${packets} packets, ${duplicated} doubled, ${swapped} swapped, ${cuts} cuts`,
      `replica: ${audit.segments} segments, ${audit.branches} branches, ${audit.givenUp} bodies given up`,
      `readings not counted, younger than the tail's second at a kill: ${audit.notCounted}`,
      `answers not in it: ${audit.tooYoung} on their way at a kill or stop, ${audit.inGaps} inside signed gaps`,
      ...audit.examples.map((example) => `lost: ${example}`),
    ].join("\n"),
  );
}

function resultOf(audit: AnswerAudit) {
  const { readingsAnswered, readingsTaken, lost, unheard, duplicated, outOfOrder, chainBreaks } = audit;
  const { restarts } = rig;
  return {
    seed,
    readingsAnswered,
    readingsTaken,
    lost,
    unheard,
    duplicated,
    outOfOrder,
    chainBreaks,
    restarts,
  };
}

/** Which targets a run missed; each is told. */
function missed(result: ReturnType<typeof resultOf>): string[] {
  const targets: readonly (readonly [string, boolean])[] = [
    ["lost is 0", result.lost === 0],
    ["next to no answer came too late", result.unheard <= UNHEARD_SHARE_MAX * result.readingsAnswered],
    ["duplicated is 0", result.duplicated === 0],
    ["outOfOrder is 0", result.outOfOrder === 0],
    ["chainBreaks is 0", result.chainBreaks === 0],
    ["enough readings were taken", result.readingsTaken >= READINGS_PER_MINUTE_MIN * Math.min(minutes, 10)],
    ["0.8 of the answers were taken", result.readingsTaken >= TAKEN_SHARE_MIN * result.readingsAnswered],
    ["enough restarts", result.restarts >= RESTARTS_PER_MINUTE_MIN * Math.min(minutes, 10)],
  ];
  const failed = targets.filter(([, met]) => !met).map(([target]) => target);
  for (const target of failed) console.error(`missed: ${target}`);
  return failed;
}
