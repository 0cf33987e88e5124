import { errorTable } from "@sealwatch/platform/errors";

/** Every way bytes from the wire or a profile file can be refused. None is retryable: the same bytes stay wrong. */
export const protocolError = errorTable({
  CBOR_INVALID: { message: "{what} is not canonical CBOR: {why}", retryable: false },
  COSE_INVALID: { message: "{what} is not a COSE_Sign1 we accept: {why}", retryable: false },
  SIGNATURE_INVALID: { message: "the signature of {what} does not verify", retryable: false },
  SEGMENT_TOO_LARGE: { message: "a segment of {bytes} bytes exceeds {maxBytes}", retryable: false },
  SEGMENT_VERSION_UNKNOWN: { message: "segment version {version} is not known here", retryable: false },
  SEGMENT_INVALID: { message: "segment {part}: {why}", retryable: false },
  SEGMENT_BODY_MISMATCH: {
    message: "the body does not have the hash and length its header states",
    retryable: false,
  },
  MESSAGE_INVALID: { message: "{what}: {why}", retryable: false },
});
