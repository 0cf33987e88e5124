export { type Clock, sleepMs, systemClock } from "./clock.ts";
export { type ConfigProblem, loadConfigFile, parseConfig, readConfigText } from "./config-file.ts";
export { type ErrorContext, errorTable, hasCode, messageOf, SealwatchError } from "./errors.ts";
export { createLogger, type Logger, silentLogger } from "./log.ts";
export { type Random, seededRandom, systemRandom } from "./random.ts";
export { type RefusalCounter, refusalCounter } from "./refusal-counter.ts";
export { type RetryBounds, retryDelayMs } from "./retry-schedule.ts";
export { installShutdown, type Shutdown } from "./shutdown.ts";
export { type OpenSqlite, openSqlite, type SqliteDatabase } from "./sqlite.ts";
