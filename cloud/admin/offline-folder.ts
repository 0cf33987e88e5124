import { join } from "node:path";
import { AdminClient, type AdminHandlers, type Clock, hasCode, type Logger } from "@sealwatch/platform";
import type { CloudConfig } from "../config/cloud-config.ts";
import { GatewayIdentities } from "../identity/gateway-identities.ts";
import { openDatabase } from "../store/database.ts";
import { ADMIN_OPERATIONS } from "./admin-contract.ts";
import { answerOperations } from "./answer-operations.ts";

type Operations = typeof ADMIN_OPERATIONS;

/** Asks one operation; the same whether a cloud runs over the data folder or not. */
export type Ask = <Op extends keyof Operations & string>(
  op: Op,
  ask: Parameters<AdminHandlers<Operations>[Op]>[0],
  onItem?: (item: Parameters<Parameters<AdminHandlers<Operations>[Op]>[1]>[0]) => void,
) => ReturnType<AdminHandlers<Operations>[Op]>;

/** Lets `work` ask the running cloud, or the data folder itself where none runs. */
export async function withOperations<Result>(
  config: CloudConfig,
  clock: Clock,
  log: Logger,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const client = await connect(config.dataDir);
  if (!client) return withFolder(config, clock, log, work);
  try {
    const ask = ((op, asked, onItem = () => {}) => client.ask(op, asked, { onItem })) as Ask;
    return await work(ask);
  } finally {
    client.close();
  }
}

async function connect(dataDir: string): Promise<AdminClient<Operations> | null> {
  try {
    return await AdminClient.connect(dataDir, ADMIN_OPERATIONS);
  } catch (error) {
    if (hasCode(error, "ADMIN_UNANSWERED") || hasCode(error, "ADMIN_SOCKET_UNUSABLE")) return null;
    throw error;
  }
}

/** The guard of the database keeps a cloud from starting meanwhile. */
async function withFolder<Result>(
  config: CloudConfig,
  clock: Clock,
  log: Logger,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const store = await openDatabase(join(config.dataDir, "cloud.sqlite"));
  try {
    const onRevoked = () => {};
    const identities = await GatewayIdentities.open(config, { db: store.db, clock, log, onRevoked });
    const enrolPort = config.enrol?.port ?? null;
    const handlers = answerOperations({
      ...{ config, db: store.db, clock },
      identities,
      enrolPort,
      isConnected: () => null,
      sendOrder: null,
    });
    const never = new AbortController().signal;
    const ask = ((op, asked, onItem = () => {}) =>
      (handlers[op] as (...parts: readonly unknown[]) => unknown)(asked, onItem, never)) as Ask;
    return await work(ask);
  } finally {
    await store.close();
  }
}
