import { createHash } from "node:crypto";
import { protocolError } from "../errors.ts";

/**
 * What an installer types or scans to enrol a gateway: 50 random bits that the cloud gives out once, and the first 80 bits of the
 * SHA-256 of the county's CA certificate (DER), so that nobody can stand in for the cloud. Crockford's base 32 in groups of four with a
 * check character, such as 7H3K-9QWM-…: I and L read as 1, O as 0, and one wrong or two swapped characters are always noticed.
 */
export interface ClaimCode {
  /** 10 characters of base 32. */
  readonly secret: string;
  /** 10 bytes in lower-case hex. */
  readonly caPin: string;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_CHARS = 10;
const PIN_CHARS = 16;
const PIN_BYTES = 10;
const GROUP_CHARS = 4;
/** Prime, larger than the alphabet: a weighted sum over it notices every swap. */
const CHECK_MODULUS = 37;
const CHECK_ALPHABET = `${ALPHABET}*~$=U`;

/** The pin of a CA certificate in DER. */
export function caPinOf(caDer: Uint8Array): string {
  return createHash("sha256")
    .update(caDer)
    .digest("hex")
    .slice(0, PIN_BYTES * 2);
}

/** A new secret from at least 10 random bytes. */
export function claimSecret(random: Uint8Array): string {
  return [...random.subarray(0, SECRET_CHARS)].map((byte) => ALPHABET[byte & 31]).join("");
}

/** The code in groups of four, check character last. */
export function formatClaimCode({ secret, caPin }: ClaimCode): string {
  const data = secret + toBase32(caPin);
  const whole = data + (CHECK_ALPHABET[checkOf(data)] ?? "");
  return (whole.match(new RegExp(`.{1,${GROUP_CHARS}}`, "g")) ?? []).join("-");
}

/** Reads a code as typed: any case, any spaces and hyphens. Throws MESSAGE_INVALID saying what is wrong with it. */
export function parseClaimCode(typed: string): ClaimCode {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, "");
  const whole = text.replaceAll(/[IL]/g, "1").replaceAll("O", "0");
  const data = whole.slice(0, -1);
  const expected = SECRET_CHARS + PIN_CHARS + 1;
  if (whole.length !== expected)
    throw refuse(`has ${whole.length} characters instead of ${expected}; look for a group left out`);
  const strange = [...data].find((character) => !ALPHABET.includes(character));
  if (strange) throw refuse(`has ${strange}, which no code has`);
  if (CHECK_ALPHABET[checkOf(data)] !== whole.at(-1))
    throw refuse("is mistyped: its check character does not fit");
  return { secret: data.slice(0, SECRET_CHARS), caPin: fromBase32(data.slice(SECRET_CHARS)) };
}

const refuse = (why: string) => protocolError("MESSAGE_INVALID", { what: "claim code", why });

/** Weights 1, 2, 3 …: all below the modulus, so that a single change and a swap of neighbours both show. */
function checkOf(data: string): number {
  return (
    [...data].reduce((sum, character, index) => sum + (index + 1) * ALPHABET.indexOf(character), 0) %
    CHECK_MODULUS
  );
}

function toBase32(hex: string): string {
  let bits = BigInt(`0x${hex}`);
  let text = "";
  for (let index = 0; index < PIN_CHARS; index++) {
    text = (ALPHABET[Number(bits & 31n)] ?? "") + text;
    bits >>= 5n;
  }
  return text;
}

function fromBase32(text: string): string {
  const bits = [...text].reduce((sum, character) => (sum << 5n) | BigInt(ALPHABET.indexOf(character)), 0n);
  return bits.toString(16).padStart(PIN_BYTES * 2, "0");
}
