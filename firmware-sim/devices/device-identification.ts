import { EXCEPTION_CODE, encodeExceptionResponse } from "@sealwatch/protocols";
import type { DeviceIdentification } from "./register-table.ts";

/** Encapsulated interface transport, and its type for device identification. V1.1b3, 6.19 and 6.21. */
const FUNCTION_CODE = 0x2b;
const MEI_TYPE = 0x0e;
const REQUEST_BYTES = 4;
const READ = { basic: 1, regular: 2, extended: 3, individual: 4 } as const;
/** Basic objects, as a stream and one by one. */
const CONFORMITY = 0x81;

/** True for a request of function 43. */
export function asksForIdentification(pdu: Uint8Array): boolean {
  return pdu[0] === FUNCTION_CODE;
}

/** The response PDU to a request of function 43/14: all objects at once, or the one asked for. */
export function identificationResponse(
  pdu: Uint8Array,
  identification: DeviceIdentification | undefined,
): Uint8Array {
  const [, meiType, readCode = 0, objectId = 0] = pdu;
  if (!identification || meiType !== MEI_TYPE)
    return encodeExceptionResponse(FUNCTION_CODE, EXCEPTION_CODE.illegalFunction);
  if (pdu.length !== REQUEST_BYTES || readCode < READ.basic || readCode > READ.individual)
    return encodeExceptionResponse(FUNCTION_CODE, EXCEPTION_CODE.illegalDataValue);
  const objects = [identification.vendorName, identification.productCode, identification.revision];
  const individual = readCode === READ.individual;
  if (individual && objectId >= objects.length)
    return encodeExceptionResponse(FUNCTION_CODE, EXCEPTION_CODE.illegalDataAddress);
  // A stream that is asked to begin at an object that does not exist begins at the first.
  const first = objectId < objects.length ? objectId : 0;
  const chosen = objects.slice(first, individual ? first + 1 : undefined);
  const head = [FUNCTION_CODE, MEI_TYPE, readCode, CONFORMITY, 0, 0, chosen.length];
  const body = chosen.flatMap((text, index) => [first + index, text.length, ...Buffer.from(text, "latin1")]);
  return Uint8Array.from([...head, ...body]);
}
