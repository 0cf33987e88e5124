export {
  parseStepRequest,
  parseStepTime,
  STEP_LINE_MAX_CHARS,
  type StepRequest,
  type StepTime,
} from "./step-socket/step-message.ts";
