/** What is known about an error code before it happens: its sentence and whether trying again can help. */
export interface ErrorSpec {
  readonly message: string;
  readonly retryable: boolean;
}

/** Values that locate a failure (ids, limits, paths). Never a secret. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null>>;

/** An expected failure: a stable code, the values that locate it, and whether trying again can help. */
export class SealwatchError extends Error {
  override readonly name = "SealwatchError";
  readonly code: string;
  readonly retryable: boolean;
  readonly context: ErrorContext;

  constructor(code: string, spec: ErrorSpec, context: ErrorContext = {}, cause?: unknown) {
    super(`${code}: ${fillIn(spec.message, context)}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = spec.retryable;
    this.context = context;
  }
}

/** Makes a package's one way of raising errors from its table of codes: `fail("CODE", {context}, cause?)`. */
export function errorTable<Code extends string>(table: Readonly<Record<Code, ErrorSpec>>) {
  return (code: Code, context?: ErrorContext, cause?: unknown): SealwatchError =>
    new SealwatchError(code, table[code], context, cause);
}

/** True when the error carries this code; narrows to SealwatchError. */
export function hasCode(error: unknown, code: string): error is SealwatchError {
  return error instanceof SealwatchError && error.code === code;
}

/** The one line a person should read of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fillIn(template: string, context: ErrorContext): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => String(context[key] ?? whole));
}
