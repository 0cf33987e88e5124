#!/usr/bin/env python3
"""Checks a Sealwatch evidence bundle without trusting the software that made it.

Needs Python 3.9 or later, python3-cryptography and python3-cbor2. Run in the bundle's folder:

    python3 verify.py [--cloud-key KEY] [--ca FILE] [--receipts FILE]

Exit code 0: everything in the bundle is proven. 1: something is not, and the first broken thing is named.
The formats are those of segment.cddl: COSE_Sign1 with Ed25519, deterministic CBOR, SHA-256 hash chains.
"""
import argparse
import base64
import hashlib
import io
import json
import os
import sys
import zlib

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = "sealwatch-evidence/1"
MANIFEST_DOMAIN = b"sealwatch-evidence-manifest/1\n"
ED_DSA = bytes.fromhex("a10127")  # {1: -8}
NO_HASH = "0" * 64
INFLATED_MAX = 4 * 1024 * 1024
VALUE_QUALITIES = (0, 4)


class Broken(Exception):
    """The first thing that does not hold: where, and why in Chinese and English."""

    def __init__(self, where, zh, en):
        super().__init__(f"{where}: {en}")
        self.where, self.zh, self.en = where, zh, en


def require(holds, where, zh, en):
    if not holds:
        raise Broken(where, zh, en)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def from_base64url(text, where):
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raw = b""
    require(len(raw) == 32, where, "不是 32 字节的公钥", "is not a public key of 32 bytes")
    return raw


def fingerprint(raw):
    digest = sha256(raw)
    return " ".join(digest[at:at + 4] for at in range(0, 64, 4))


# ---------------------------------------------------------------- CBOR and COSE

def decode_one(data, offset, where):
    """One CBOR value in its one deterministic spelling, and where it ends."""
    stream = io.BytesIO(data)
    stream.seek(offset)
    try:
        value = cbor2.CBORDecoder(stream).decode()
        spelled = cbor2.dumps(value, canonical=True)
    except Exception as error:  # cbor2 raises many kinds
        raise Broken(where, "不是有效的 CBOR", f"is not CBOR ({type(error).__name__})") from None
    end = offset + len(spelled)
    require(data[offset:end] == spelled, where, "CBOR 不是规范形式", "is not in the one canonical form")
    return value, end


def decode_whole(data, where):
    value, end = decode_one(data, 0, where)
    require(end == len(data), where, "后面还有多余的字节", "has bytes left over")
    return value


def decode_sequence(data, where):
    offset = 0
    index = 0
    while offset < len(data):
        index += 1
        value, offset = decode_one(data, offset, f"{where} #{index}")
        yield value


def cose_payload(value, where):
    """The signed bytes of an untagged COSE_Sign1 whose form is right; the signature is checked by check_signature."""
    right = isinstance(value, list) and len(value) == 4
    require(right, where, "不是 COSE_Sign1", "is not a COSE_Sign1")
    protected, unprotected, payload, signature = value
    require(protected == ED_DSA, where, "签名算法不是 EdDSA", "is not signed with EdDSA")
    require(unprotected == {} and isinstance(unprotected, dict), where, "未保护头不为空", "has an unprotected header")
    require(isinstance(payload, bytes) and isinstance(signature, bytes), where, "格式错误", "is malformed")
    return payload


def check_signature(value, public_key, where):
    signed = cbor2.dumps(["Signature1", value[0], b"", value[2]], canonical=True)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(value[3], signed)
    except InvalidSignature:
        raise Broken(where, "签名不是登记的密钥所签", "is not signed by the registered key") from None


def whole_number(value, low=0, high=2**53 - 1):
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def position(value, where):
    """[epoch, seq, hash] as (hex, int, hex), or None."""
    if value is None:
        return None
    right = isinstance(value, list) and len(value) == 3
    right = right and isinstance(value[0], bytes) and len(value[0]) == 8 and whole_number(value[1], 1)
    right = right and isinstance(value[2], bytes) and len(value[2]) == 32
    require(right, where, "位置格式错误", "names a malformed place")
    return value[0].hex(), value[1], value[2].hex()


# ---------------------------------------------------------------- one segment

class Header:
    def __init__(self, payload, where):
        fields = decode_whole(payload, where)
        require(isinstance(fields, dict), where, "头不是映射", "its header is not a map")
        wanted = set(range(1, 12)) if fields.get(4) == 1 else set(range(1, 11))
        require(set(fields) == wanted, where, "头的字段不对", "its header has wrong fields")
        require(fields[1] == 1, where, "版本未知", "has an unknown version")
        right = isinstance(fields[2], str) and isinstance(fields[3], bytes) and len(fields[3]) == 8
        right = right and whole_number(fields[4], 1) and all(
            isinstance(fields[key], bytes) and len(fields[key]) == 32 for key in (5, 6))
        right = right and all(whole_number(fields[key]) for key in (7, 8, 9)) and fields[9] >= fields[8]
        counts = fields[10]
        right = right and isinstance(counts, list) and len(counts) == 3 and all(map(whole_number, counts))
        require(right, where, "头的内容不对", "its header is malformed")
        self.gateway, self.epoch, self.seq = fields[2], fields[3].hex(), fields[4]
        self.prev, self.body_hash, self.body_length = fields[5].hex(), fields[6].hex(), fields[7]
        self.from_ms, self.to_ms, self.counts = fields[8], fields[9], counts
        self.parent = position(fields.get(11), where)
        self.hash = sha256(payload)
        self.place = f"{self.epoch}/{self.seq}"


class Bits:
    def __init__(self, data):
        self.data, self.at, self.end = int.from_bytes(data, "big"), 0, len(data) * 8

    def take(self, width):
        if width > 53 or self.at + width > self.end:
            raise ValueError("out of bits")
        self.at += width
        return (self.data >> (self.end - self.at)) & ((1 << width) - 1)

    def number(self):
        return self.take(self.take(6))

    def integer(self):
        negative = self.take(1)
        value = self.number()
        return -value if negative else value

    def rice(self, count):
        parameter = self.take(5)
        if parameter == 31:
            return [0] * count
        values = []
        for _ in range(count):
            quotient = 0
            while quotient < 20 and self.take(1):
                quotient += 1
            coded = self.number() if quotient == 20 else (quotient << parameter) + self.take(parameter)
            values.append(-((coded + 1) >> 1) if coded & 1 else coded >> 1)
        return values


def read_columns(bits, count, samples):
    columns = []
    for index in range(count):
        mode = bits.take(2)
        if mode == 0:
            columns.append([bits.integer() for _ in range(samples)])
            continue
        if mode == 3:
            raise ValueError("unknown column mode")
        width = (max(2, index) - 1).bit_length()
        references = [(columns[bits.take(width)], bits.integer()) for _ in range(bits.take(2))]
        column = [bits.integer()]
        for place, residual in enumerate(bits.rice(max(0, samples - 1)), 1):
            base = place - 1 if mode == 1 else 0
            drift = sum(weight * (one[place] - one[base]) for one, weight in references)
            column.append(column[base] + ((drift + 128) >> 8) + residual)
        columns.append(column)
    return columns


def read_samples(group):
    """(times, readings) of one sample group."""
    channels, t0, step, samples, packed, runs = group
    if not channels or not all(whole_number(one, 1, 65535) for one in channels):
        raise ValueError("channels")
    if not (whole_number(t0) and whole_number(step) and whole_number(samples, 0, 500000)):
        raise ValueError("times")
    for channel, first, length, quality in runs:
        right = whole_number(channel, 0, len(channels) - 1) and whole_number(length, 1)
        right = right and whole_number(first) and first + length <= samples
        if not right or not (quality in (0, 1, 2, 4, 5, 6) or whole_number(quality, 16, 143)):
            raise ValueError("quality run")
    bits = Bits(packed)
    lateness = bits.rice(samples)
    read_columns(bits, len(channels), samples)
    left = bits.end - bits.at
    if left >= 8 or bits.take(left) != 0:
        raise ValueError("bits left over")
    return [t0 + index * step + late for index, late in enumerate(lateness)], samples * len(channels)


RECORD_FIELDS = {1: 3, 2: 5, 3: 5, 4: 7, 5: 7}


def check_records(header, body, where):
    """The body decodes to the records that the header counts, within the times that the header states."""
    try:
        inflater = zlib.decompressobj(-15)
        plain_bytes = inflater.decompress(body, INFLATED_MAX)
        if not inflater.eof or inflater.unused_data:
            raise ValueError("deflate")
        value, end = decode_one(plain_bytes, 0, where)
        if end != len(plain_bytes):
            raise ValueError("bytes left over")
        plain, groups = value
        times, readings, events, records = [], 0, 0, 0
        for record in plain:
            kind, at_ms = record[0], record[1]
            if RECORD_FIELDS.get(kind) != len(record) or not whole_number(at_ms):
                raise ValueError("record")
            if kind == 1:
                json.loads(record[2])
            times.append(at_ms)
            records += 1
            events += kind == 4
            readings += record[5] if kind == 5 else 0
        for group in groups:
            sampled, count = read_samples(group)
            times += sampled
            records += len(sampled)
            readings += count
    except Broken:
        raise
    except Exception as error:
        raise Broken(where, "正文无法解读", f"its records cannot be read ({error})") from None
    require([readings, events, records] == header.counts, where, "记录数与头不符", "does not hold what its header counts")
    span = (min(times), max(times)) if times else (header.from_ms, header.to_ms)
    require(span == (header.from_ms, header.to_ms), where, "时间范围与头不符", "does not span what its header states")


# ---------------------------------------------------------------- one gateway's journal

class Journal:
    """One gateway's segments in the order of the replica, as a chain of epochs."""

    def __init__(self, entry, where):
        self.entry, self.where = entry, where
        self.hashes = {}  # (epoch, seq) -> hash
        self.last = {}  # epoch -> seq
        self.first = {}  # epoch -> seq
        self.newest = None
        self.opening = None  # the first segment of all
        self.notes = []
        self.dropped = 0
        self.readings = 0

    def add(self, header):
        where = f"{self.where} segment {header.place}"
        require(header.gateway == self.entry["id"], where, "属于别的网关", f"belongs to gateway {header.gateway}")
        if header.epoch in self.last:
            expected = self.last[header.epoch] + 1
            require(header.seq == expected, where, f"序号不连续，应为 {expected}",
                    f"does not follow: {header.epoch}/{expected} is missing here")
            require(header.prev == self.hashes[header.epoch, expected - 1], where, "与前一段的哈希不衔接",
                    "does not carry the hash of the segment before it")
        else:
            self.open_epoch(header, where)
        self.hashes[header.epoch, header.seq] = header.hash
        self.last[header.epoch] = header.seq
        self.newest = header
        self.readings += header.counts[0]

    def open_epoch(self, header, where):
        declared = {one["epoch"]: one for one in self.entry["epochs"]}.get(header.epoch, {})
        start = declared.get("start")
        self.first[header.epoch] = header.seq
        if header.seq == 1:
            parent_hash = header.parent[2] if header.parent else NO_HASH
            require(header.prev == parent_hash, where, "与其上一纪元不衔接", "does not carry the hash of its parent")
        if self.opening is None:
            self.opening = header
            return
        if header.seq > 1:
            require(start == "truncated", where, f"纪元 {header.epoch} 的前面几段缺失",
                    f"epoch {header.epoch} does not begin with its first segment")
            self.notes.append((f"{header.place}：网关自身已无更早的段", f"{header.place}: the gateway itself no longer held what came before"))
            return
        parent = header.parent
        if parent is None:
            require(start == "branch", where, "日志链重新开始而未声明", "starts the journal over, which is not declared")
        elif (parent[0], parent[1]) in self.hashes:
            require(self.hashes[parent[0], parent[1]] == parent[2], where, "上一纪元的哈希不符", "names a parent with another hash")
            if (parent[0], parent[1]) == (self.newest.epoch, self.newest.seq):
                return
        else:
            before = parent[0] not in self.first or parent[1] < self.first[parent[0]]
            require(before and start in ("branch", "truncated"), where, f"其上一段 {parent[0]}/{parent[1]} 缺失",
                    f"the segment before it, {parent[0]}/{parent[1]}, is missing")
        self.notes.append((f"{header.place}：从较早处分支（存储卡丢尾或旧映像恢复）",
                           f"{header.place}: a branch from an earlier place (a card that lost its tail, or an old image put back)"))

    def holds(self, epoch, seq, digest):
        if (epoch, seq) in self.hashes:
            return self.hashes[epoch, seq] == digest
        opening = self.opening
        if opening is None:
            return False
        # The place just before the range is held by its hash alone.
        if opening.seq > 1:
            return (epoch, seq, digest) == (opening.epoch, opening.seq - 1, opening.prev)
        return opening.parent == (epoch, seq, digest)

    def finish(self):
        found = [{"epoch": epoch, "firstSeq": self.first[epoch], "lastSeq": self.last[epoch]} for epoch in self.last]
        declared = [{key: one[key] for key in ("epoch", "firstSeq", "lastSeq")} for one in self.entry["epochs"]]
        require(found == declared and len(self.hashes) == self.entry["segments"], self.where,
                "段数与清单不符（有段被增删）", "does not hold the segments that the manifest lists")


def check_segments(data, entry, public_key, where, read_records=True):
    journal = Journal(entry, where)
    for index, value in enumerate(decode_sequence(data, f"{where} segments.cbor"), 1):
        at = f"{where} segments.cbor #{index}"
        require(isinstance(value, list) and len(value) == 2, at, "不是一段", "is not a segment")
        payload = cose_payload(value[0], at)
        header = Header(payload, at)
        at = f"{where} segment {header.place}"
        check_signature(value[0], public_key, at)
        journal.add(header)
        body = value[1]
        if body is None:
            journal.dropped += 1
            continue
        require(isinstance(body, bytes), at, "正文格式错误", "its body is malformed")
        require(len(body) == header.body_length and sha256(body) == header.body_hash, at,
                "正文被改动", "its body is not the one that was signed")
        if read_records:
            check_records(header, body, at)
    journal.finish()
    return journal


def check_receipts(data, journal, cloud_key, where):
    """Every receipt is the cloud's and names a place that the bundle holds. Returns (utc, epoch, seq), oldest first."""
    receipts = []
    for index, value in enumerate(decode_sequence(data, where), 1):
        at = f"{where} #{index}"
        fields = decode_whole(cose_payload(value, at), at)
        check_signature(value, cloud_key, at)
        require(isinstance(fields, dict) and set(fields) == {1, 2, 3, 4} and fields[1] == 1, at, "格式错误", "is malformed")
        require(fields[2] == journal.entry["id"], at, "属于别的网关", "is for another gateway")
        head = position(fields[3], at)
        require(head is not None and whole_number(fields[4]), at, "格式错误", "is malformed")
        require(journal.holds(*head), at, f"平台曾签收 {head[0]}/{head[1]}，而证据包中没有：尾部被截断或被改动",
                f"the cloud signed for {head[0]}/{head[1]}, which is not here: the tail was cut or altered")
        receipts.append((fields[4], head[0], head[1]))
    return receipts


def check_certificate(pem, ca_pem, gateway, public_key, where):
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        authority = x509.load_pem_x509_certificate(ca_pem)
        raw = certificate.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        names = [one.value for one in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
        authority.public_key().verify(certificate.signature, certificate.tbs_certificate_bytes,
                                      ec.ECDSA(certificate.signature_hash_algorithm))
    except Exception as error:
        raise Broken(where, "证书不成立", f"its certificate does not hold ({type(error).__name__})") from None
    require(names == [gateway], where, "证书名称不是该网关", "its certificate names another gateway")
    require(raw == public_key, where, "证书中的公钥不同", "its certificate holds another key")


def check_links(data, where):
    """A hash-chained log: each line's hash is over the link before it and its own text; other sites' lines show hashes only."""
    last = None
    told = 0
    for index, line in enumerate(data.decode("utf-8").splitlines(), 1):
        at = f"{where} line {index}"
        try:
            entry = json.loads(line)
            prev, digest, text, joined = entry["prev"], entry["hash"], entry.get("text"), entry["joined"]
        except (ValueError, KeyError, TypeError):
            raise Broken(at, "格式错误", "is malformed") from None
        require(not joined or prev == last, at, "与上一条不衔接", "does not follow the line before it")
        if text is not None:
            told += 1
            require(sha256(f"{prev}\n{text}".encode()) == digest, at, "内容被改动", "its text is not the one that was chained")
        last = digest
    return told


# ---------------------------------------------------------------- the bundle

def check_manifest(files, where="manifest.json"):
    for needed in ("manifest.json", "manifest.sig"):
        require(needed in files, needed, "缺失", "is missing")
    try:
        manifest = json.loads(files["manifest.json"])
        require(manifest["format"] == FORMAT, where, "格式版本未知", "has an unknown format")
        listed = {one["path"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
        cloud_key = from_base64url(manifest["cloudKey"], where)
    except (ValueError, KeyError, TypeError):
        raise Broken(where, "无法解读", "cannot be read") from None
    for path, wanted in listed.items():
        require(path in files, path, "缺失", "is missing")
        require((len(files[path]), sha256(files[path])) == wanted, path, "文件被改动", "was altered")
    for path in files:
        require(path in listed or path in ("manifest.json", "manifest.sig"), path, "清单之外的文件", "is not in the manifest")
    try:
        Ed25519PublicKey.from_public_bytes(cloud_key).verify(files["manifest.sig"], MANIFEST_DOMAIN + files["manifest.json"])
    except InvalidSignature:
        raise Broken(where, "清单不是平台所签，或被改动", "is not signed by the cloud, or was altered") from None
    return manifest, cloud_key


def check_content(manifest, files, cloud_key, extra_receipts=b"", read_records=True):
    """Everything but the manifest itself. Returns one report a gateway."""
    reports = []
    for entry in manifest["gateways"]:
        gateway = entry["id"]
        where = f"gateway {gateway}"
        folder = f"gateways/{gateway}"
        public_key = from_base64url(entry["publicKey"], where)
        if f"{folder}/certificate.pem" in files:
            check_certificate(files[f"{folder}/certificate.pem"], files.get("ca.pem", b""), gateway, public_key, where)
        journal = check_segments(files.get(f"{folder}/segments.cbor", b""), entry, public_key, where, read_records)
        receipts = check_receipts(files.get(f"{folder}/receipts.cbor", b""), journal, cloud_key, f"{where} receipts.cbor")
        require(len(receipts) == entry["receipts"], f"{where} receipts.cbor", "回执数与清单不符", "does not hold the receipts listed")
        if extra_receipts:
            receipts += check_receipts(extra_receipts, journal, cloud_key, f"{where} --receipts")
        reports.append((journal, receipts, public_key, f"{folder}/certificate.pem" in files))
    for log in manifest["logs"]:
        told = check_links(files.get(log["path"], b""), log["path"])
        require(told == log["entries"], log["path"], "条数与清单不符", "does not hold the entries listed")
    return reports


def certificate_bytes(pem):
    try:
        return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    except ValueError:
        return None


def check_pins(files, cloud_key, pinned_key, pinned_ca):
    if pinned_key is not None:
        wanted = "".join(pinned_key.split()).lower()
        given = base64.urlsafe_b64encode(cloud_key).decode().rstrip("=")
        require(pinned_key.strip() == given or wanted == sha256(cloud_key), "--cloud-key",
                "证据包的平台密钥不是所给的密钥", "the bundle is not of the cloud with this key")
    if pinned_ca is not None:
        pinned = certificate_bytes(pinned_ca)
        same = pinned is not None and pinned == certificate_bytes(files.get("ca.pem", b""))
        require(same, "--ca", "证据包的 CA 不是所给的 CA", "the bundle's CA is another one")


def utc(milliseconds):
    import datetime
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def covered_by(journal, receipts):
    """How many segments stand at or before the last place that the cloud signed for."""
    order = {place: index for index, place in enumerate(journal.hashes)}
    return max((order.get((epoch, seq), -1) + 1 for _, epoch, seq in receipts), default=0)


def tell(manifest, files, cloud_key, reports, pinned):
    print(f"厂点 site        {manifest['site']['id']}  {manifest['site']['name']['zh']} {manifest['site']['name']['en']}")
    print(f"时段 range       {utc(manifest['fromMs'])} – {utc(manifest['toMs'])}")
    print(f"平台密钥 cloud   {fingerprint(cloud_key)}{'  ✓ --cloud-key' if pinned else ''}")
    if "ca.pem" in files:
        der = x509.load_pem_x509_certificate(files["ca.pem"]).public_bytes(Encoding.DER)
        print(f"CA               {fingerprint(der)}")
    for journal, receipts, public_key, certified in reports:
        print(f"\n网关 gateway {journal.entry['id']}")
        print(f"  公钥 key       {fingerprint(public_key)}  {'有证书 certified' if certified else '登记的公钥 registered, no certificate'}")
        print(f"  段 segments    {len(journal.hashes)}，读数 readings {journal.readings}，正文已弃 bodies given up {journal.dropped}")
        if journal.newest:
            print(f"  链头 head      {journal.newest.place} {journal.newest.hash}")
        if receipts:
            times = [one[0] for one in receipts]
            print(f"  平台回执 receipts {len(receipts)}: {utc(min(times))} – {utc(max(times))}")
        after = len(journal.hashes) - covered_by(journal, receipts)
        if after:
            print(f"  最后 {after} 段在末次回执之后：有网关签名，但其后的截断只能由清单发现")
            print(f"  the last {after} segments come after the last receipt: signed, but only the manifest shows a cut behind them")
        for zh, en in journal.notes:
            print(f"  注意 note      {zh}\n                 {en}")


def read_folder(folder):
    files = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as stream:
                files[os.path.relpath(path, folder).replace(os.sep, "/")] = stream.read()
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--cloud-key", help="the cloud's key or its SHA-256, as printed on stamped paper")
    parser.add_argument("--ca", help="the county's CA certificate (PEM), obtained from elsewhere")
    parser.add_argument("--receipts", help="receipts that a gateway kept itself (CBOR sequence)")
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    try:
        files = {path: data for path, data in read_folder(options.folder).items() if not path.startswith("__pycache__/")}
        manifest, cloud_key = check_manifest(files)
        read = lambda path: open(path, "rb").read() if path else None
        check_pins(files, cloud_key, options.cloud_key, read(options.ca))
        reports = check_content(manifest, files, cloud_key, read(options.receipts) or b"")
        tell(manifest, files, cloud_key, reports, options.cloud_key)
    except Broken as broken:
        print(f"结论：证据不成立。{broken.where}：{broken.zh}")
        print(f"VERDICT: BROKEN. {broken.where} {broken.en}")
        return 1
    if not options.cloud_key:
        print("\n请将以上平台密钥指纹与盖章纸面或另行取得的指纹核对，或用 --cloud-key 指定。")
        print("Compare the cloud key's fingerprint with the stamped paper, or give it with --cloud-key.")
    print("\n结论：证据完整，未被改动。")
    print("VERDICT: PROVEN. Nothing in this bundle was altered, removed, added or reordered.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
