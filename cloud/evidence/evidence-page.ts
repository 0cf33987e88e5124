import { escapeMarkup } from "@sealwatch/platform";
import { CHAIN_PICTURE, PAGE_STYLE } from "./evidence-picture.ts";
import type { ExportedJournal } from "./export-journal.ts";

/** What the page tells of its bundle. */
export interface EvidenceFacts {
  readonly site: { readonly id: string; readonly name: { readonly zh: string; readonly en: string } };
  readonly fromMs: number;
  readonly toMs: number;
  readonly exportedMs: number;
  readonly cloudKey: string;
  readonly gateways: readonly (ExportedJournal & { readonly id: string; readonly publicKey: string })[];
}

/** The page of a bundle: what it holds, how to check it, what that proves and what it cannot. One file, no script. */
export function evidencePage(facts: EvidenceFacts): string {
  const { site, fromMs, toMs, exportedMs, cloudKey } = facts;
  const rows = facts.gateways.map(
    ({ id, segments, epochs, receipts, contradictions }) =>
      `<tr><td><code>${escapeMarkup(id)}</code></td><td>${segments}</td><td>${epochs.length}</td><td>${receipts}</td><td>${contradictions}</td></tr>`,
  );
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>封哨证据包 · ${escapeMarkup(site.name.zh)}</title><style>${PAGE_STYLE}</style></head><body>
<h1>封哨证据包 <small>Sealwatch evidence</small></h1>
<dl>
<dt>厂点 site</dt><dd>${escapeMarkup(site.name.zh)} <i>${escapeMarkup(site.name.en)}</i> (<code>${escapeMarkup(site.id)}</code>)</dd>
<dt>时段 range</dt><dd>${iso(fromMs)} – ${iso(toMs)}</dd>
<dt>导出 exported</dt><dd>${iso(exportedMs)}</dd>
<dt>平台公钥 cloud key</dt><dd><code>${escapeMarkup(cloudKey)}</code></dd>
</dl>
<table><thead><tr><th>网关 gateway</th><th>段 segments</th><th>纪元 epochs</th><th>回执 receipts</th><th>矛盾 contradictions</th></tr></thead>
<tbody>${rows.join("")}</tbody></table>
${CHECKING}
${CHAIN_PICTURE}
${PROVES}
${FILES}
</body></html>
`;
}

const CHECKING = `<h2>怎样核验 <small>How to check it</small></h2>
<p>核验程序 <code>verify.py</code> 与本系统没有共用代码，只需 Python 与两个公开的库；不联网，也不需要我们在场。</p>
<p class="en">verify.py shares no code with the system that made this bundle. It needs Python and two public libraries, no network, and none of us.</p>
<pre>sudo apt-get install python3-cryptography python3-cbor2
python3 verify.py --cloud-key 盖章纸面上的指纹（the fingerprint on the stamped paper）</pre>
<p>结论为“证据完整”时退出码为 0；否则指出第一处不成立的段，退出码为 1。</p>
<p class="en">PROVEN: exit code 0. Otherwise the first broken segment is named, exit code 1.</p>
<p><b>请务必核对平台公钥的指纹。</b>应取自盖章的纸面或平台启用时的记录；若不核对，只能证明“某个平台”的证据自洽。</p>
<p class="en"><b>Compare the cloud key's fingerprint</b> with one from stamped paper, or noted when the cloud was set up. Without that, all that is proven is that the bundle agrees with itself.</p>`;

const PROVES = `<h2>证明什么 <small>What it proves</small></h2>
<ul>
<li>每一段都由该网关的密钥签名，正文与签名时逐字节相同。<i>Each segment was signed by this gateway's key, and its body is what was signed, byte for byte.</i></li>
<li>段与段首尾相扣：删去、调换、重复、插入任何一段都会被指出。<i>Each segment carries the hash of the one before it: one removed, swapped, repeated or put in is named.</i></li>
<li>平台曾签收到何处，其前不可能再被截去。<i>The cloud signed receipts for how far it had come: nothing before them can be cut off later.</i></li>
<li>情境日志与告警各自成链，改动任何一条都会被指出。<i>What people decided and what was alerted are chains too.</i></li>
</ul>
<h2>不证明什么 <small>What it does not prove</small></h2>
<ul>
<li>传感器所测即真实：旁路电流互感器、假从站等在网关之前造假，见 docs/evidence.md。<i>That what the sensors said was so: a bypassed transformer or a false device lies before it reaches the gateway.</i></li>
<li>拿到网关实物的人可以用它的密钥继续签名；但已有回执的部分他改不了。<i>Who holds the box holds its key and can go on signing, but cannot change what receipts cover.</i></li>
<li>正文已弃的段只证明“曾有记录”，其间情况不明，不代表正常。<i>Where a body was given up for space, the header proves only that there were records: unknown, not normal.</i></li>
</ul>`;

const FILES = `<h2>文件 <small>Files</small></h2>
<dl>
<dt><code>manifest.json</code>, <code>manifest.sig</code></dt><dd>每个文件的 SHA-256，由平台签名 <i>the SHA-256 of every file, signed by the cloud</i></dd>
<dt><code>gateways/*/segments.cbor</code></dt><dd>日志段，CBOR 序列 <i>the journal, a CBOR sequence of [COSE_Sign1(header), body]</i></dd>
<dt><code>gateways/*/receipts.cbor</code></dt><dd>平台签收的回执 <i>head receipts signed by the cloud</i></dd>
<dt><code>gateways/*/contradictions.cbor</code></dt><dd>同一位置的另一份签名记录（若有） <i>other signed segments for places that were taken, if any; evidence against the box, not part of the chain</i></dd>
<dt><code>gateways/*/public-key.txt</code>, <code>certificate.pem</code>, <code>ca.pem</code>, <code>cloud-key.txt</code></dt><dd>公钥与证书 <i>keys and certificates</i></dd>
<dt><code>context.jsonl</code>, <code>alerts.jsonl</code></dt><dd>情境日志与告警；其他厂点的条目只留哈希 <i>context log and alerts; of other sites only the hashes stand between</i></dd>
</dl>`;

function iso(utcMs: number): string {
  return new Date(utcMs).toISOString().replace("T", " ").slice(0, 19).concat(" UTC");
}
