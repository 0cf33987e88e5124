import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { platformError } from "../platform-errors.ts";
import { AdminClient } from "./admin-client.ts";
import { AdminServer } from "./admin-server.ts";
import type { AdminHandlers } from "./operations.ts";
import { adminSocketPath } from "./socket-path.ts";

const BUSY = platformError("ALREADY_RUNNING", { file: "a" });
const none = z.strictObject({});
const OPERATIONS = {
  status: { asks: none, item: z.never(), result: none },
  watch: { asks: z.strictObject({ everyMs: z.int() }), item: z.int(), result: none },
  reload: {
    asks: z.strictObject({ file: z.string() }),
    item: z.never(),
    result: z.strictObject({ hash: z.string() }),
  },
};
type Handlers = AdminHandlers<typeof OPERATIONS>;

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

const connect = () => AdminClient.connect(folder, OPERATIONS);

/** Answers a reload only; a watch goes on until the asker hangs up. */
function handlers(change: Partial<Handlers> = {}): Handlers {
  const refuse = () => Promise.reject(BUSY);
  return { status: refuse, watch: refuse, reload: () => Promise.resolve({ hash: "abc" }), ...change };
}

const listen = async (change?: Partial<Handlers>) => {
  server = await AdminServer.listen(adminSocketPath(folder), OPERATIONS, handlers(change));
};

describe("the admin socket", () => {
  it("carriesResultsAndTheProcesssOwnErrors", async () => {
    await listen();
    const client = await connect();
    expect(await client.ask("reload", { file: "/srv/gateway.yaml" })).toEqual({ hash: "abc" });
    await expect(client.ask("status", {})).rejects.toMatchObject({
      code: BUSY.code,
      message: BUSY.message,
    });
    client.close();
  });

  it("tellsAnOperationThatItsAskerHasGone", async () => {
    const gone = new Promise<void>((resolve) => {
      const watch: Handlers["watch"] = async (_ask, _tell, hungUp) => {
        await new Promise((stop) => hungUp.addEventListener("abort", stop));
        resolve();
        return {};
      };
      void listen({ watch }).then(async () => {
        const client = await connect();
        const asked = client.ask("watch", { everyMs: 100 });
        client.close();
        await expect(asked).rejects.toThrow(/ADMIN_UNANSWERED/);
      });
    });
    await gone;
  });

  it("saysThatNobodyIsThere", async () => {
    await expect(connect()).rejects.toThrow(/ADMIN_UNANSWERED: .*admin\.sock: ENOENT/);
  });

  it("leavesAnotherListenerAlone", async () => {
    await listen();
    await expect(AdminServer.listen(adminSocketPath(folder), OPERATIONS, handlers())).rejects.toThrow(
      /ADMIN_SOCKET_UNUSABLE: .*another process listens/,
    );
    (await connect()).close();
  });

  it("replacesAFileAtWhichNobodyAnswers", async () => {
    writeFileSync(adminSocketPath(folder), "");
    await listen();
    (await connect()).close();
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
