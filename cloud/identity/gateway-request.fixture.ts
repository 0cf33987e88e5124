import { ed25519KeyOf, P256, webcrypto, x509 } from "./x509.ts";

/** A gateway's key and its signed request, PEM. */
export async function newCertificateRequest(kind: "Ed25519" | "P-256" = "Ed25519") {
  const algorithm = kind === "P-256" ? P256 : { name: "Ed25519" };
  const generated = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in generated)) throw new Error("a pair was asked for");
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "CN=anybody",
    keys: generated,
    signingAlgorithm: algorithm,
  });
  const publicKey = ed25519KeyOf(new Uint8Array(request.publicKey.rawData)) ?? "";
  return { csr: request.toString("pem"), publicKey };
}
