import type { KeyStore } from "./key-store.ts";

const TAG = { integer: 0x02, bitString: 0x03, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31 } as const;
/** [0] IMPLICIT Attributes, constructed: there are none. */
const NO_ATTRIBUTES = Uint8Array.of(0xa0, 0x00);
/** id-at-commonName 2.5.4.3 (X.520) and id-Ed25519 1.3.101.112 (RFC 8410 §3). */
const OID = { commonName: [0x55, 0x04, 0x03], ed25519: [0x2b, 0x65, 0x70] } as const;
const NO_UNUSED_BITS = Uint8Array.of(0);
const PEM_LINE_CHARS = 64;

/** A PKCS #10 request (RFC 2986) for this key, PEM; an empty name leaves the subject to whoever signs. Needs no more of the key than its signature. */
export function certificateRequest(
  name: string,
  { publicKeyDer, signer }: Pick<KeyStore, "publicKeyDer" | "signer">,
): string {
  const subject =
    name === ""
      ? []
      : [
          der(
            TAG.set,
            der(
              TAG.sequence,
              der(TAG.oid, Uint8Array.from(OID.commonName)),
              der(TAG.utf8, new TextEncoder().encode(name)),
            ),
          ),
        ];
  const info = der(
    TAG.sequence,
    der(TAG.integer, Uint8Array.of(0)),
    der(TAG.sequence, ...subject),
    publicKeyDer,
    NO_ATTRIBUTES,
  );
  const algorithm = der(TAG.sequence, der(TAG.oid, Uint8Array.from(OID.ed25519)));
  const request = der(TAG.sequence, info, algorithm, der(TAG.bitString, NO_UNUSED_BITS, signer.sign(info)));
  return pemOf("CERTIFICATE REQUEST", request);
}

/** DER: tag, length in its shortest form, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}

function pemOf(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(new RegExp(`.{1,${PEM_LINE_CHARS}}`, "g")) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
