import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@sealwatch/platform";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeEach, expect, it } from "vitest";
import { P256, webcrypto, x509 } from "../../identity/x509.ts";
import { notificationOf } from "../notification.fixture.ts";
import { channelsSchema } from "../notify-config.ts";
import { openChannels } from "../open-channels.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";

const PASSWORD = "correct horse battery";
let folder: string;
let server: SMTPServer | undefined;
const mails: { from: string; to: string[]; text: string }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sw-mail-"));
  writeFileSync(join(folder, "password"), PASSWORD);
});
afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
  server = undefined;
  mails.splice(0);
  rmSync(folder, { recursive: true });
});

const message: OutgoingMessage = {
  key: "case-7/opened/mail/wang",
  notifications: [notificationOf({ siteName: { zh: "青石\r\nBcc: x@evil.example", en: "Qingshi" } })],
  link: { url: "https://sealwatch.example/a/token", acknowledges: true },
  address: "wang@yunxi.example",
  earlier: [],
};

const refusal = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });

async function listen(options: SMTPServerOptions): Promise<number> {
  const started = new SMTPServer({
    ...{ disabledCommands: ["STARTTLS"], allowInsecureAuth: true, authOptional: true, logger: false },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString("utf8"),
        });
        done();
      });
    },
    ...options,
  });
  // Who does not trust its certificate breaks off: the test looks at that from the other end.
  started.on("error", () => {});
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return (started.server.address() as AddressInfo).port;
}

function open(port: number, change: object = {}) {
  const config = {
    id: "mail",
    kind: "mail",
    host: "127.0.0.1",
    port,
    tls: "none",
    from: "封哨 <duty@yunxi.example>",
  };
  const [parsed] = channelsSchema.parse([{ ...config, timeoutMs: 30_000, ...change }]);
  const channel = parsed && openChannels([parsed], systemClock).get("mail");
  if (!channel) throw new Error("no channel");
  return channel;
}

it("reachesOnePersonWithItsKeyInTheHeader", async () => {
  const port = await listen({});
  expect(await open(port).send(message)).toEqual({ kind: "delivered", code: "SMTP 250" });
  expect(mails).toMatchObject([{ from: "duty@yunxi.example", to: ["wang@yunxi.example"] }]);
  const text = mails[0]?.text ?? "";
  expect(text).toContain("X-Sealwatch-Key: case-7%2Fopened%2Fmail%2Fwang");
  expect(text).toMatch(/^Message-ID: <[0-9a-f]{32}@yunxi\.example>/m);
  expect(text).not.toMatch(/^Bcc:/im);
});

it("aRepeatHasTheSameMessageId", async () => {
  const channel = open(await listen({}));
  await channel.send(message);
  await channel.send(message);
  const ids = mails.map(({ text }) => /^Message-ID: (.*)$/m.exec(text)?.[1]);
  expect(new Set(ids).size).toBe(1);
});

it.each([
  ["a mailbox that is not there", 550, "no such user", "refused"],
  ["grey-listing", 451, "try again later", "retry"],
  ["a full mailbox", 452, "insufficient storage", "retry"],
])("tells %s apart", async (_what, code, text, kind) => {
  const port = await listen({ onRcptTo: (_address, _session, done) => done(refusal(code, text)) });
  expect(await open(port).send(message)).toMatchObject({ kind, code: `SMTP ${code}` });
});

it("aWrongPasswordIsForAPersonToMendAndIsNotTold", async () => {
  const port = await listen({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(refusal(535, `bad ${PASSWORD}`)),
  });
  const channel = open(port, { user: "duty", passwordFile: join(folder, "password") });
  const reply = await channel.send(message);
  expect(reply).toMatchObject({ kind: "refused", code: "SMTP 535" });
  expect(JSON.stringify(reply)).not.toContain(PASSWORD);
});

it("aRelayThatIsAwayIsTriedAgainAndOneWithoutTlsGetsNothing", async () => {
  expect(await open(9).send(message)).toMatchObject({ kind: "retry", code: "UNANSWERED" });
  const port = await listen({});
  expect(await open(port, { tls: "starttls" }).send(message)).toMatchObject({
    kind: "refused",
    code: "SMTP 500",
  });
  expect(mails).toEqual([]);
});

/** A key and a certificate of its own for 127.0.0.1. */
async function ownCertificate() {
  const keys = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: "CN=relay", keys, signingAlgorithm: P256 },
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
  return { key, cert: certificate.toString("pem") };
}

it.each([
  ["implicit", { secure: true }],
  ["starttls", { disabledCommands: [] }],
])("aCertificateOfTheRelaysOwnIsTrustedByItsFileOnly (%s)", async (tls, options) => {
  const { key, cert } = await ownCertificate();
  writeFileSync(join(folder, "relay.pem"), cert);
  const port = await listen({ key, cert, ...options });
  const stranger = await open(port, { tls }).send(message);
  expect(stranger.kind).not.toBe("delivered");
  expect(mails).toEqual([]);
  const known = await open(port, { tls, caFile: join(folder, "relay.pem") }).send(message);
  expect(known).toEqual({ kind: "delivered", code: "SMTP 250" });
});

it("aRelayThatNeverGreetsEndsInTime", async () => {
  const port = await listen({ onConnect: () => {} });
  const channel = open(port, { timeoutMs: 500 });
  expect(await channel.send(message)).toMatchObject({ kind: "retry", code: "UNANSWERED" });
});
