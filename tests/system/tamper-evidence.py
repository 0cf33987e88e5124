# Tampers with an evidence bundle in every way that matters and expects verify.py to find each: one JSON argument
# {"bundle": folder, "cloudSeed": hex, "otherSeed": hex, "gatewaySeed": hex}; prints JSON counts. The seeds are private keys, so that what is shown does not
# hang on the manifest's signature alone: whoever forges here may sign as the cloud, and still cannot change the chain.
import base64, copy, hashlib, importlib.util, json, sys

order = json.loads(sys.argv[1])
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify", f"{order['bundle']}/verify.py")
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

files = verify.read_folder(order["bundle"])
manifest, cloud_key = verify.check_manifest(files)
verify.check_content(manifest, files, cloud_key)
gateway = manifest["gateways"][0]
SEGMENTS = f"gateways/{gateway['id']}/segments.cbor"
RECEIPTS = f"gateways/{gateway['id']}/receipts.cbor"
public_key = verify.from_base64url(gateway["publicKey"], "key")
cloud = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(order["cloudSeed"]))
other = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(order["otherSeed"]))
segments = list(verify.decode_sequence(files[SEGMENTS], "segments"))
receipts = list(verify.decode_sequence(files[RECEIPTS], "receipts"))
report = {"accepted": [], "flips": 0, "contentFlips": 0, "forgeries": 0, "segments": len(segments), "receipts": len(receipts)}


def rejects(check, what):
    try:
        check()
    except verify.Broken as broken:
        return str(broken)
    except Exception as error:
        report["accepted"].append(f"{what}: crashed with {error!r}")
        return ""
    report["accepted"].append(what)
    return ""


def whole(changed):
    checked, key = verify.check_manifest(changed)
    verify.check_content(checked, changed, key, read_records=False)


# Every single bit of every file of the bundle.
for path, data in files.items():
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at >> 3] ^= 1 << (at & 7)
        rejects(lambda: whole({**files, path: bytes(flipped)}), f"{path} bit {at}")
        report["flips"] += 1

# The same for the journal and the receipts where nobody looks at the manifest's hashes.
for at in range(len(files[SEGMENTS]) * 8):
    flipped = bytearray(files[SEGMENTS])
    flipped[at >> 3] ^= 1 << (at & 7)
    rejects(lambda: verify.check_segments(bytes(flipped), gateway, public_key, "gateway", False), f"segments bit {at}")
    report["contentFlips"] += 1
journal = verify.check_segments(files[SEGMENTS], gateway, public_key, "gateway")
for at in range(len(files[RECEIPTS]) * 8):
    flipped = bytearray(files[RECEIPTS])
    flipped[at >> 3] ^= 1 << (at & 7)
    rejects(lambda: verify.check_receipts(bytes(flipped), journal, cloud_key, "receipts"), f"receipts bit {at}")
    report["contentFlips"] += 1


def encode(values):
    return b"".join(cbor2.dumps(value, canonical=True) for value in values)


def remade(new_segments, new_receipts=None, change=lambda entry: None):
    """A bundle whose manifest was made again, and signed by the cloud itself, to fit what was tampered with."""
    changed = dict(files)
    changed[SEGMENTS] = encode(new_segments)
    changed[RECEIPTS] = encode(receipts if new_receipts is None else new_receipts)
    made = copy.deepcopy(manifest)
    entry = made["gateways"][0]
    entry["segments"] = len(new_segments)
    entry["receipts"] = len(receipts if new_receipts is None else new_receipts)
    starts = {one["epoch"]: one["start"] for one in entry["epochs"]}
    found = {}
    for value in new_segments:
        try:
            header = verify.Header(value[0][2], "remade")
        except verify.Broken:
            continue
        first = found.get(header.epoch, {"firstSeq": header.seq})["firstSeq"]
        found[header.epoch] = {"epoch": header.epoch, "start": starts.get(header.epoch, "chained"), "firstSeq": first, "lastSeq": header.seq}
    entry["epochs"] = list(found.values())
    change(entry)
    for one in made["files"]:
        data = changed[one["path"]]
        one["bytes"], one["sha256"] = len(data), hashlib.sha256(data).hexdigest()
    changed["manifest.json"] = json.dumps(made).encode()
    changed["manifest.sig"] = cloud.sign(verify.MANIFEST_DOMAIN + changed["manifest.json"])
    return changed


def forge(what, changed, expected=""):
    report["forgeries"] += 1
    why = rejects(lambda: verify.check_content(*whole_parts(changed)), what)
    if expected and why and expected not in why:
        report["accepted"].append(f"{what}: found for another reason: {why}")


def whole_parts(changed):
    checked, key = verify.check_manifest(changed)
    return checked, changed, key


def resign(value, key):
    signed = cbor2.dumps(["Signature1", value[0][0], b"", value[0][2]], canonical=True)
    return [[value[0][0], {}, value[0][2], key.sign(signed)], value[1]]


places = [verify.Header(value[0][2], "place").place for value in segments]
# Nothing was ever signed about the unreceipted end of an abandoned branch but the manifest: only the cloud itself could leave it out.
headers = [verify.Header(value[0][2], "place") for value in segments]
signed_for = {header.prev for header in headers} | {
    verify.position(verify.decode_whole(one[2], "receipt")[3], "receipt")[2] for one in receipts}
open_ends = {index for index, header in enumerate(headers[:-1]) if header.hash not in signed_for}
report["openEnds"] = len(open_ends)
tail = verify.covered_by(journal, verify.check_receipts(files[RECEIPTS], journal, cloud_key, "receipts"))
for index in range(len(segments)):
    removed = segments[:index] + segments[index + 1:]
    rejects(lambda: whole({**files, SEGMENTS: encode(removed)}), f"removed {places[index]} under the old manifest")
    if 0 < index < tail and index not in open_ends:
        forge(f"removed {places[index]}", remade(removed))
    forge(f"duplicated {places[index]}", remade(segments[:index + 1] + segments[index:]), places[index])
    if index + 1 < len(segments):
        swapped = segments[:index] + [segments[index + 1], segments[index]] + segments[index + 2:]
        rejects(lambda: whole({**files, SEGMENTS: encode(swapped)}), f"swapped {places[index]} under the old manifest")
        if index not in open_ends:
            forge(f"swapped {places[index]}", remade(swapped))
    if segments[index][1]:
        shorter = [segments[index][0], segments[index][1][:-1]]
        forge(f"truncated body of {places[index]}", remade(segments[:index] + [shorter] + segments[index + 1:]), places[index])
    forge(f"another key for {places[index]}", remade(segments[:index] + [resign(segments[index], other)] + segments[index + 1:]), places[index])
    if index < tail:
        forge(f"cut tail from {places[index]}", remade(segments[:index]), "the tail was cut" if index > 0 else "")
changed = remade(segments)
changed[SEGMENTS] = changed[SEGMENTS][:-1]
forge("truncated file", changed)
forge("all signed by another gateway's key", remade([resign(value, other) for value in segments]))
forge("a receipt of another cloud", remade(segments, [resign([receipts[0], None], other)[0]] + receipts[1:]))
forge("a body given up by the forger stays countable", {**remade(segments), "extra.txt": b"beyond"}, "not in the manifest")

# What the pin is for: a bundle made up whole by somebody with keys of his own.
report["pinned"] = bool(rejects(lambda: verify.check_pins(files, cloud_key, base64.urlsafe_b64encode(b"x" * 32).decode().rstrip("="), None), "another cloud"))
verify.check_pins(files, cloud_key, verify.fingerprint(cloud_key), files.get("ca.pem"))
# The other way round: with the gateway's own key the chain can be continued, and that is all.
print(json.dumps(report))
