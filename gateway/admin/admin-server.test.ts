import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatewayError } from "../errors.ts";
import { AdminClient } from "./admin-client.ts";
import { type AdminHandlers, AdminServer } from "./admin-server.ts";
import { adminSocketPath } from "./socket-path.ts";

let folder: string;
let server: AdminServer | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sw-admin-"));
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

/** Answers a reload only; a watch goes on until the asker hangs up. */
function handlers(change: Partial<AdminHandlers> = {}): AdminHandlers {
  const refuse = () => Promise.reject(gatewayError("CONFIG_BUSY"));
  const reload = () => Promise.resolve({ outcome: "unchanged" as const, hash: "abc" });
  return { status: refuse, read: refuse, watch: refuse, reload, ...change };
}

const listen = async (change?: Partial<AdminHandlers>) => {
  server = await AdminServer.listen(adminSocketPath(folder), handlers(change));
};

describe("the admin socket", () => {
  it("carriesResultsAndTheGatewaysOwnErrors", async () => {
    await listen();
    const client = await AdminClient.connect(folder);
    expect(await client.ask("reload", { file: "/srv/gateway.yaml" })).toEqual({
      outcome: "unchanged",
      hash: "abc",
    });
    await expect(client.ask("status", {})).rejects.toMatchObject({
      code: "CONFIG_BUSY",
      message: gatewayError("CONFIG_BUSY").message,
    });
    client.close();
  });

  it("tellsAnOperationThatItsAskerHasGone", async () => {
    const gone = new Promise<void>((resolve) => {
      const watch: AdminHandlers["watch"] = async (_ask, _tell, hungUp) => {
        await new Promise((stop) => hungUp.addEventListener("abort", stop));
        resolve();
        return {};
      };
      void listen({ watch }).then(async () => {
        const client = await AdminClient.connect(folder);
        const asked = client.ask("watch", { everyMs: 100 });
        client.close();
        await expect(asked).rejects.toThrow(/ADMIN_UNANSWERED/);
      });
    });
    await gone;
  });

  it("saysThatNobodyIsThere", async () => {
    await expect(AdminClient.connect(folder)).rejects.toThrow(/ADMIN_UNANSWERED: .*admin\.sock: ENOENT/);
  });

  it("leavesAnotherListenerAlone", async () => {
    await listen();
    await expect(AdminServer.listen(adminSocketPath(folder), handlers())).rejects.toThrow(
      /ADMIN_SOCKET_UNUSABLE: .*another process listens/,
    );
    (await AdminClient.connect(folder)).close();
  });

  it("replacesAFileAtWhichNobodyAnswers", async () => {
    writeFileSync(adminSocketPath(folder), "");
    await listen();
    (await AdminClient.connect(folder)).close();
    await server?.close();
    server = null;
    expect(existsSync(adminSocketPath(folder))).toBe(false);
  });

  it("isNotPutWhereOthersCouldPutTheirs", async () => {
    chmodSync(folder, 0o777);
    await expect(listen()).rejects.toThrow(/others may write in .*chmod go-w/);
  });

  it("needsAPathThatTheSystemCanBind", () => {
    const longest = `/${"a".repeat(107 - "/".length - "/admin.sock".length)}`;
    expect(Buffer.byteLength(adminSocketPath(longest))).toBe(107);
    expect(() => adminSocketPath(`${longest}a`)).toThrow(/108 bytes, at most 107 .*shorter dataDir/);
  });
});
