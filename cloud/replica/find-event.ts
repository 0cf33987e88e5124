import { SealwatchError } from "@sealwatch/platform";
import { decodeCose, decodeHeader, eventId, type Notice, segmentRecords } from "@sealwatch/protocols";
import type { Database } from "../store/database.ts";

/** Segments looked at, newest first: four hours of a quiet site. A notice is sent at once or not much later than its segment. */
const LOOKED_AT_MAX = 50;

/** True when the replica holds the event that a notice tells: the notice came after the journal did. */
export async function journalHoldsEvent(db: Database, { gateway, epoch, event }: Notice): Promise<boolean> {
  const rows = await db
    .selectFrom("segment")
    .select(["cose", "body"])
    .where("gateway", "=", gateway)
    .where("epoch", "=", epoch)
    .where("events", ">", 0)
    .orderBy("seq", "desc")
    .limit(LOOKED_AT_MAX)
    .execute();
  const id = eventId(epoch, event);
  return rows.some(({ cose, body }) => {
    const { fromMs, toMs } = decodeHeader(decodeCose(cose, "stored segment")[2]);
    if (event.atMs < fromMs || event.atMs > toMs || body.length === 0) return false;
    return readable(body).some((record) => record.type === "event" && eventId(epoch, record) === id);
  });
}

function readable(body: Uint8Array) {
  try {
    return segmentRecords({ body });
  } catch (error) {
    if (error instanceof SealwatchError) return [];
    throw error;
  }
}
