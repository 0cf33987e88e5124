import { randomBytes, randomInt } from "node:crypto";

/** Where chance comes from. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal, mean 0, deviation 1. */
  normal(): number;
}

/** The operating system's randomness, for keys, epochs and jitter. */
export const systemRandom: Random & { bytes(length: number): Uint8Array } = {
  uniform: () => randomInt(0, 2 ** 47) / 2 ** 47,
  normal: () => gaussian(systemRandom.uniform),
  bytes: (length) => new Uint8Array(randomBytes(length)),
};

/**
 * A reproducible stream from a 32-bit seed: sfc32 (Doty-Humphrey, PractRand), warmed up 12 rounds.
 * Streams of one seed that must not disturb each other take a `label` each.
 */
export function seededRandom(seed: number, label = ""): Random {
  let a = seed >>> 0;
  let b = hashLabel(label);
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return { uniform: next, normal: () => gaussian(next) };
}

/** Box-Muller; one of the two values is thrown away so that the stream keeps no hidden state. */
function gaussian(uniform: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

/** FNV-1a, 32 bits. */
function hashLabel(label: string): number {
  let hash = 0x811c9dc5;
  for (const char of label) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
