import { EXCEPTION_CODE, type ExceptionCode, quantityMax, type ReadFunctionCode } from "./function-code.ts";

const READ_REQUEST_BYTES = 5;
const ADDRESS_SPACE = 0x10000;

/** A request to read `quantity` bits or registers from 0-based `address` on. */
export interface ReadRequest {
  readonly functionCode: ReadFunctionCode;
  readonly address: number;
  readonly quantity: number;
}

/** A request that is answered with an exception without asking the device. */
export interface RefusedRequest {
  readonly functionCode: number;
  readonly exception: ExceptionCode;
}

/**
 * Decodes a request PDU. Writes (05, 06, 15, 16) and every other function are refused: nothing here may be written to.
 * Order of the checks as in the state diagrams of V1.1b3, 6.1 to 6.4: function, quantity, address.
 */
export function decodeModbusRequest(pdu: Uint8Array): ReadRequest | RefusedRequest {
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength);
  const functionCode = pdu.length > 0 ? view.getUint8(0) : 0;
  if (!isReadFunction(functionCode)) return { functionCode, exception: EXCEPTION_CODE.illegalFunction };
  if (pdu.length !== READ_REQUEST_BYTES) return { functionCode, exception: EXCEPTION_CODE.illegalDataValue };
  const address = view.getUint16(1);
  const quantity = view.getUint16(3);
  if (quantity < 1 || quantity > quantityMax(functionCode))
    return { functionCode, exception: EXCEPTION_CODE.illegalDataValue };
  if (address + quantity > ADDRESS_SPACE)
    return { functionCode, exception: EXCEPTION_CODE.illegalDataAddress };
  return { functionCode, address, quantity };
}

/** The PDU of a read request. */
export function encodeModbusRead(request: ReadRequest): Uint8Array {
  const pdu = new Uint8Array(READ_REQUEST_BYTES);
  const view = new DataView(pdu.buffer);
  view.setUint8(0, request.functionCode);
  view.setUint16(1, request.address);
  view.setUint16(3, request.quantity);
  return pdu;
}

function isReadFunction(functionCode: number): functionCode is ReadFunctionCode {
  return functionCode >= 1 && functionCode <= 4;
}
