/**
 * Watches the lengths that MQTT packets announce in a byte stream (MQTT 3.1.1 §2.2.3), so that nobody can make the broker
 * buffer 256 MB. Returns a function that takes each chunk and answers whether every packet so far is within the bound.
 */
export function packetLengthGuard(maxBytes: number): (chunk: Uint8Array) => boolean {
  let bodyLeft = 0;
  let length: { value: number; shift: number } | null = null;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= skipped;
        at += skipped;
      } else if (length === null) {
        length = { value: 0, shift: 0 };
        at++;
      } else {
        const byte = chunk[at++] ?? 0;
        length.value += (byte & 0x7f) << length.shift;
        length.shift += 7;
        if (length.value > maxBytes || length.shift > 28) return false;
        if (byte < 0x80) {
          bodyLeft = length.value;
          length = null;
        }
      }
    }
    return true;
  };
}
