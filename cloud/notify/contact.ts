import type { Database } from "../store/database.ts";

/** How one person is reached. */
export interface Contact {
  readonly phone: string | null;
  readonly mail: string | null;
}

/** Looks up people by user name; who is unknown or may not be reached is missing. */
export type ContactsOf = (db: Database, people: readonly string[]) => Promise<ReadonlyMap<string, Contact>>;
