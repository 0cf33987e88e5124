import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { PeerCertificate } from "../identity/gateway-admission.ts";
import { ed25519KeyOf } from "../identity/x509.ts";

/** What the verified certificate of a TLS connection says; null on a plain one. */
export function peerCertificateOf(socket: Socket): PeerCertificate | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return { name: "", site: "", publicKey: null, notAfterMs: 0 };
  const subject = new Map(certificate.subject.split("\n").map((line) => splitOnce(line, "=")));
  const spki = certificate.publicKey.export({ format: "der", type: "spki" });
  return {
    name: subject.get("CN") ?? "",
    site: subject.get("OU") ?? "",
    publicKey: ed25519KeyOf(spki),
    notAfterMs: Date.parse(certificate.validTo),
  };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
