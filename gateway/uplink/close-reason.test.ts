import { expect, it } from "vitest";
import { closeReason } from "./close-reason.ts";

const failed = (code: string | number) => Object.assign(new Error(`said ${code}`), { code });

it.each([
  ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED", /county has revoked this gateway's certificate/],
  ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", /has expired: enrol again/],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", /does not accept this gateway's certificate/],
  ["ERR_TLS_CERT_ALTNAME_INVALID", /is for another name/],
  ["SELF_SIGNED_CERT_IN_CHAIN", /not of the county's CA/],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /not of the county's CA/],
  [5, /it was revoked, or is not known there/],
] as const)("%s is a refusal that people understand", (code, why) => {
  expect(closeReason(failed(code), false)).toEqual({ why: expect.stringMatching(why), refused: true });
});

it("takesSilenceBeforeTheFirstWordForARefusalAndNoOtherLossForOne", () => {
  expect(closeReason(null, false)).toMatchObject({ refused: true });
  expect(closeReason(failed("ECONNRESET"), false)).toMatchObject({ refused: true });
  expect(closeReason(failed("ECONNREFUSED"), false)).toMatchObject({ refused: false });
  expect(closeReason(null, true)).toEqual({ why: "closed by the broker", refused: false });
  expect(closeReason(failed("ECONNRESET"), true)).toEqual({ why: "said ECONNRESET", refused: false });
});
