import { messageOf } from "@sealwatch/platform";
import { cloudError } from "../errors.ts";
import { ed25519KeyOf, x509 } from "./x509.ts";

/** A request (PKCS #10) whose signer holds the key in it. */
export interface CertificateRequest {
  /** Ed25519, base64url: the key that signs the gateway's journal. */
  readonly publicKey: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** Reads a request; the names it asks for are not looked at, since the CA writes the name. Throws CSR_INVALID. */
export async function readCertificateRequest(pem: string): Promise<CertificateRequest> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    const spki = new Uint8Array(request.publicKey.rawData);
    const publicKey = ed25519KeyOf(spki);
    if (publicKey === null) throw new Error("its key is not an Ed25519 key");
    if (!(await request.verify())) throw new Error("it is not signed by its own key");
    return { publicKey, spki };
  } catch (cause) {
    throw cloudError("CSR_INVALID", { why: messageOf(cause).slice(0, 200) }, cause);
  }
}
