export { configureLoop, configureSealLoop, type LoopMeaning } from "./device-profile/configure-input.ts";
export { type DecodedPoint, decodePoint } from "./device-profile/decode-point.ts";
export {
  type DevicePoint,
  type Dlt645Point,
  isModbusPoint,
  type ModbusPoint,
  type PointPriority,
  priorityOf,
  registersOf,
  type ValueType,
} from "./device-profile/device-point.ts";
export type { DeviceProfile, ReadLimits } from "./device-profile/device-profile.ts";
export { type DeviceIdentification, identityConfidence, identityPoints } from "./device-profile/identity.ts";
export {
  dlt645RawOf,
  type PlannedDlt645Read,
  planDlt645Reads,
  splitAfterDlt645Error,
} from "./device-profile/plan-dlt645-reads.ts";
export { type PlannedRead, planReads, rawOf, splitAfterIllegalAddress } from "./device-profile/plan-reads.ts";
export {
  deviceProfilesDirectory,
  profileNameSchema,
  profileReference,
  readDeviceProfile,
} from "./device-profile/read-profile.ts";
export {
  SEAL_LOOP,
  type SealLoop,
  type SealLoopState,
  sealLoopSchema,
} from "./device-profile/seal-loop.ts";
export {
  type EarlierValues,
  evaluateSelfChecks,
  type PointValues,
  type SelfCheckResult,
} from "./device-profile/self-check.ts";
export { ratiosOf, type TransformerRatios } from "./device-profile/transformer-ratio.ts";
export { DLT645_WILDCARD, isDlt645Address } from "./dlt645/dlt645-address.ts";
export {
  type Dlt645Frame,
  encodeDlt645Frame,
  type FoundDlt645Frame,
  findDlt645Frame,
} from "./dlt645/dlt645-frame.ts";
export {
  DLT645_CONTROL,
  type Dlt645Reply,
  decodeDlt645Address,
  decodeDlt645Reply,
  encodeDlt645Read,
  encodeDlt645ReadAddress,
} from "./dlt645/dlt645-read.ts";
export {
  type ClaimCode,
  caPinOf,
  claimSecret,
  formatClaimCode,
  parseClaimCode,
} from "./enrolment/claim-code.ts";
export {
  type ClaimRequest,
  claimRequestSchema,
  ENROLMENT_MAX_BYTES,
  type Enrolment,
  enrolmentSchema,
  type RenewRequest,
  renewRequestSchema,
} from "./enrolment/enrolment-message.ts";
export { protocolError } from "./errors.ts";
export { EXCEPTION_CODE, type ReadFunctionCode, readsBits } from "./modbus/function-code.ts";
export { encodeMbap, splitMbap } from "./modbus/mbap.ts";
export { decodeModbusReply, replyDataBytes } from "./modbus/read-reply.ts";
export { decodeModbusRequest, encodeModbusRead, type ReadRequest } from "./modbus/request.ts";
export { encodeBitsResponse, encodeExceptionResponse, encodeRegistersResponse } from "./modbus/response.ts";
export { decodeRtuFrame, encodeRtuFrame, findRtuReply, RTU_FRAME_BYTES_MAX } from "./modbus/rtu-frame.ts";
export { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "./segment/canonical-cbor.ts";
export { decodeCose, encodeCose } from "./segment/cose-sign1.ts";
export type { JournalPosition } from "./segment/journal-position.ts";
export {
  encodeSegment,
  NO_HASH,
  type SealedSegment,
  type Segment,
  type SegmentPlace,
  sealSegment,
} from "./segment/seal-segment.ts";
export { decodeSegment, segmentRecords, verifySegment } from "./segment/segment.ts";
export { decodeHeader, type SegmentHeader } from "./segment/segment-header.ts";
export { READINGS_MAX, SEGMENT_MAX_BYTES } from "./segment/segment-limits.ts";
export {
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verifier,
  type Signer,
  sha256Hex,
  type Verifier,
} from "./segment/signing-key.ts";
export {
  parseStepRequest,
  parseStepTime,
  STEP_LINE_MAX_CHARS,
  type StepRequest,
  type StepTime,
} from "./step-socket/step-message.ts";
export { type Ack, decodeAck, encodeAck } from "./uplink/ack.ts";
export {
  type CloudOrder,
  COMMANDS,
  type Command,
  decodeOrder,
  encodeOrder,
  ORDER_MAX_BYTES,
} from "./uplink/cloud-order.ts";
export { decodeReceipt, encodeReceipt, type HeadReceipt } from "./uplink/head-receipt.ts";
export { decodeHello, encodeHello, HELLO_EPOCHS_MAX, type HeldEpoch, type Hello } from "./uplink/hello.ts";
export { decodeNotice, encodeNotice, eventId, NOTICE_MAX_BYTES, type Notice } from "./uplink/notice.ts";
export { decodeStatus, encodeStatus, type GatewayStatus } from "./uplink/status.ts";
export { parseDownTopic, parseUpTopic, topicOf, type UpTopic } from "./uplink/topic.ts";
export {
  type ChannelDescription,
  type ChannelKind,
  type ContactRole,
  channelDescriptionSchema,
  channelKindSchema,
  contactRoleSchema,
  toScaled,
  toValue,
} from "./vocabulary/channel.ts";
export {
  deviceIdSchema,
  epochSchema,
  gatewayIdSchema,
  hashSchema,
  siteIdSchema,
} from "./vocabulary/identifier.ts";
export type {
  ChannelsRecord,
  ClockRecord,
  EventKind,
  EventRecord,
  GapRecord,
  JournalRecord,
  PollingRunRecord,
  SampleRecord,
} from "./vocabulary/journal-record.ts";
export { readingsIn } from "./vocabulary/journal-record.ts";
export {
  carriesValue,
  exceptionQuality,
  isAnswer,
  isQuality,
  QUALITY,
  type Quality,
  qualityName,
} from "./vocabulary/quality.ts";
