/** Public function codes that read, by the names of Modbus Application Protocol V1.1b3, chapter 6. */
const FUNCTION_CODE = {
  readCoils: 1,
  readDiscreteInputs: 2,
  readHoldingRegisters: 3,
  readInputRegisters: 4,
} as const;

export type ReadFunctionCode = (typeof FUNCTION_CODE)[keyof typeof FUNCTION_CODE];

/** Exception codes, chapter 7. */
export const EXCEPTION_CODE = {
  illegalFunction: 1,
  illegalDataAddress: 2,
  illegalDataValue: 3,
} as const;

export type ExceptionCode = (typeof EXCEPTION_CODE)[keyof typeof EXCEPTION_CODE];

/** True for the two functions that answer bits; the other two answer 16-bit registers. */
export function readsBits(functionCode: ReadFunctionCode): boolean {
  return functionCode <= FUNCTION_CODE.readDiscreteInputs;
}

/** The most bits (6.1, 6.2) or registers (6.3, 6.4) that one request may ask for. */
export function quantityMax(functionCode: ReadFunctionCode): number {
  return readsBits(functionCode) ? 2000 : 125;
}
