const POLYNOMIAL_REFLECTED = 0xa001;

/**
 * CRC-16/MODBUS over `bytes` (check value of "123456789" is 0x4B37). An RTU frame carries it low byte first.
 * Source: MODBUS over Serial Line V1.02, 6.2.2.
 */
export function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL_REFLECTED : crc >>> 1;
  }
  return crc;
}
