/** Plain enough to print. */
export const PAGE_STYLE = `
body{max-width:860px;margin:32px auto;padding:0 20px;font:15px/1.6 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1b1f24}
h1{font-size:26px}h2{font-size:19px;margin-top:30px}small,i,.en{color:#5a6472;font-style:normal;font-weight:400}
.en{margin-top:-10px;font-size:13px}li i,dd i{display:block;font-size:13px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
dt:has(code){white-space:normal;max-width:260px}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #cfd6de;padding:5px 10px;text-align:left}
pre{background:#f3f5f7;padding:12px 14px;overflow:auto}svg{width:100%;height:auto;margin-top:24px}
text{font:13px "Noto Sans CJK SC",sans-serif;fill:#1b1f24}.soft{fill:#5a6472;font-size:11px}`;

/** A simple picture of the chain: three segments, one receipt. */
export const CHAIN_PICTURE = `<svg viewBox="0 0 860 190" role="img" aria-label="日志链示意 how the chain holds">
<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#2f6f9f"/></marker></defs>
${[0, 1, 2].map(segmentPicture).join("")}
<path d="M232 52H290" stroke="#2f6f9f" stroke-width="2" marker-end="url(#a)"/><path d="M502 52H560" stroke="#2f6f9f" stroke-width="2" marker-end="url(#a)"/>
<text x="236" y="44" class="soft">SHA-256</text><text x="506" y="44" class="soft">SHA-256</text>
<rect x="562" y="150" width="240" height="34" rx="5" fill="#fff6df" stroke="#c79a2b"/>
<text x="574" y="172">平台回执 receipt: 签收到此 up to here</text>
<path d="M662 150V128" stroke="#c79a2b" stroke-width="2" marker-end="url(#a)"/>
</svg>`;

function segmentPicture(index: number): string {
  const x = 22 + index * 270;
  return `<rect x="${x}" y="18" width="210" height="68" rx="5" fill="#e9f1f7" stroke="#2f6f9f"/>
<text x="${x + 12}" y="42">段 segment ${index + 1} · 头 header</text><text x="${x + 12}" y="62" class="soft">前段哈希 prev · 正文哈希 body hash</text>
<text x="${x + 12}" y="78" class="soft">网关签名 signed by the gateway</text>
<rect x="${x}" y="92" width="210" height="34" rx="5" fill="#fff" stroke="#9fb3c4"/><text x="${x + 12}" y="114">正文 body: 读数 readings</text>`;
}
