# Checks protocols/vectors/*.json with libraries that share nothing with ours: form, canonical spelling, signatures, hashes, and what the plainer messages say.
# Arguments: the folder of the vectors, verify.py. Prints how many were checked.
import base64, hashlib, importlib.util, json, sys
sys.dont_write_bytecode = True
folder, verifier = sys.argv[1:]
spec = importlib.util.spec_from_file_location("verify", verifier)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def read(name):
    with open(f"{folder}/{name}.json", encoding="utf-8") as stream:
        return json.load(stream)


keys = read("keys")
public = {}
for who in ("gateway", "cloud"):
    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys[f"{who}Seed"]))
    public[who] = seed.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert base64.urlsafe_b64encode(public[who]).decode().rstrip("=") == keys[f"{who}PublicKey"]

checked = 0
for vector in read("segment")["vectors"]:
    cose, body = verify.decode_whole(bytes.fromhex(vector["hex"]), vector["what"])
    payload = verify.cose_payload(cose, vector["what"])
    verify.check_signature(cose, public["gateway"], vector["what"])
    header = verify.Header(payload, vector["what"])
    assert payload.hex() == vector["headerHex"] and header.hash == vector["hash"]
    wanted = vector["header"]
    assert (header.gateway, header.epoch, header.seq, header.prev) == (wanted["gateway"], wanted["epoch"], wanted["seq"], wanted["prev"])
    if body is not None:
        assert hashlib.sha256(body).hexdigest() == wanted["bodyHash"] and len(body) == wanted["bodyLength"]
        verify.check_records(header, body, vector["what"])
    checked += 1


def signed(name, who):
    for vector in read(name)["vectors"]:
        cose = verify.decode_whole(bytes.fromhex(vector["hex"]), vector["what"])
        verify.check_signature(cose, public[who], vector["what"])
        yield verify.decode_whole(verify.cose_payload(cose, vector["what"]), vector["what"]), vector


for fields, vector in signed("notice", "gateway"):
    value = vector["value"]
    kind, at_ms, event, device, channel = fields[4][:5]
    assert (fields[2], fields[3].hex(), fields[5]) == (value["gateway"], value["epoch"], value["utcMs"]) and kind == 4
    assert f"{fields[3].hex()}:{at_ms}:{event}:{channel if channel is not None else device or ''}" == vector["eventId"]
    assert (json.loads(fields[6]) if fields[6] else None) == value["channel"]
    checked += 1
for fields, vector in signed("receipt", "cloud"):
    value = vector["value"]
    assert verify.position(fields[3], "head") == (value["head"]["epoch"], value["head"]["seq"], value["head"]["hash"])
    assert (fields[2], fields[4]) == (value["gateway"], value["utcMs"])
    checked += 1
for fields, vector in signed("order", "cloud"):
    value = vector["value"]
    assert [fields[key] for key in (2, 3, 4, 6)] == [value[key] for key in ("gateway", "number", "utcMs", "text")]
    assert ("config", "command")[fields[5]] == value["kind"]
    checked += 1
for vector in read("hello")["vectors"]:
    fields = verify.decode_whole(bytes.fromhex(vector["hex"]), vector["what"])
    assert fields[3] == vector["value"]["software"]
    for told, wanted in zip(fields[2], vector["value"]["epochs"], strict=True):
        assert (told[0].hex(), told[2], told[3]) == (wanted["epoch"], wanted["oldestSeq"], wanted["newestSeq"])
    checked += 1
for vector in read("ack")["vectors"]:
    fields = verify.decode_whole(bytes.fromhex(vector["hex"]), vector["what"])
    head = vector["value"]["head"]
    assert verify.position(fields[2], "head") == (head and (head["epoch"], head["seq"], head["hash"]))
    assert ("hello", "commit", "rewind")[fields[3]] == vector["value"]["reason"]
    assert fields.get(4, b"").hex() == vector["value"].get("receipt", "")
    checked += 1

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
for vector in read("claim-code")["vectors"]:
    code = vector["code"].replace("-", "")
    data = code[:-1]
    check = sum((index + 1) * ALPHABET.index(character) for index, character in enumerate(data)) % 37
    assert (ALPHABET + "*~$=U")[check] == code[-1] and data[:10] == vector["value"]["secret"]
    pin = sum(ALPHABET.index(character) << (5 * place) for place, character in enumerate(reversed(data[10:])))
    assert f"{pin:020x}" == vector["value"]["caPin"]
    checked += 1
print(checked)
