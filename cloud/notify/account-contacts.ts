import type { ContactsOf } from "./contact.ts";

/** Phones and mail addresses of accounts; nobody is told who may not sign in any more. */
export const accountContacts: ContactsOf = async (db, people) => {
  if (people.length === 0) return new Map();
  const rows = await db
    .selectFrom("account")
    .select(["id", "phone", "email"])
    .where("id", "in", people)
    .where("disabled_ms", "is", null)
    .execute();
  return new Map(rows.map(({ id, phone, email }) => [id, { phone, mail: email }]));
};
