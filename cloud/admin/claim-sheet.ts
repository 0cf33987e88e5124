import { renderUnicodeCompact } from "uqr";

/** What an installer takes along: the code, the same as a QR code, and until when it is good. */
export function claimSheet(claim: {
  readonly code: string;
  readonly server: string;
  readonly site: string;
  readonly gateway: string;
  readonly expiresMs: number;
}): string {
  const { code, server, site, gateway, expiresMs } = claim;
  return [
    `入网码 claim code  ${code}`,
    `平台 server        ${server}`,
    `厂点 site          ${site}`,
    `网关 gateway       ${gateway}`,
    `有效期至 expires   ${new Date(expiresMs).toISOString()}，只能用一次 good once`,
    "",
    renderUnicodeCompact(claimQrText(claim)),
  ].join("\n");
}

/** The text of the QR code. */
export function claimQrText({ server, code }: { readonly server: string; readonly code: string }): string {
  return `sealwatch:enrol?server=${server}&code=${code}`;
}
