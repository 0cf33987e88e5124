/** CONNACK return codes (MQTT 3.1.1 §3.2.2.3). */
const CONNACK: Readonly<Record<number, string>> = {
  2: "the broker refused this gateway's name",
  3: "the broker is not ready",
  4: "the broker refused this gateway: it was revoked, or is not known there",
  5: "the broker refused this gateway: it was revoked, or is not known there",
};

/** What TLS says, by a part of its code: of our certificate first (RFC 8446 §6.2), then of theirs. */
const TLS: readonly (readonly [RegExp, string])[] = [
  [/ALERT_CERTIFICATE_REVOKED|ALERT_ACCESS_DENIED/, "the county has revoked this gateway's certificate"],
  [/ALERT_CERTIFICATE_EXPIRED/, "this gateway's certificate has expired: enrol again"],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE)/, "the broker does not accept this gateway's certificate"],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, "the broker's certificate is not valid by this clock"],
  [/ALTNAME_INVALID/, "the broker's certificate is for another name"],
  [/SELF_SIGNED|UNABLE_TO|CERT_/, "the broker's certificate is not of the county's CA"],
];

/** Some brokers look at the certificate after the handshake, and hang up without a word. */
export const HUNG_UP_AT_ONCE =
  "the broker hung up before it answered: it does not accept this gateway's certificate, perhaps revoked or expired";

/** Why a connection ended: for the log, and whether the broker would not have this gateway. */
export interface CloseReason {
  readonly why: string;
  /** Trying again soon costs traffic and changes nothing. */
  readonly refused: boolean;
}

/** `failure` is null where nobody said why, `answered` false where the broker never spoke MQTT. */
export function closeReason(
  failure: (Error & { readonly code?: unknown }) | null,
  answered: boolean,
): CloseReason {
  const { code, message } = failure ?? { code: undefined, message: "closed by the broker" };
  // A socket that is closed with our words unread is reset.
  const hungUp = !failure || code === "ECONNRESET" || code === "EPIPE";
  if (hungUp && !answered) return { why: HUNG_UP_AT_ONCE, refused: true };
  if (typeof code === "number") return { why: CONNACK[code] ?? message, refused: true };
  const known = TLS.find(([pattern]) => pattern.test(String(code)));
  if (known) return { why: `${known[1]} (${String(code)})`, refused: true };
  return { why: message || String(code), refused: false };
}
