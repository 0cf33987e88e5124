import { z } from "zod";

/** What one operation is asked with, what it streams meanwhile, and its result. */
interface AdminOperation {
  readonly asks: z.ZodType;
  readonly item: z.ZodType;
  readonly result: z.ZodType;
}

/** What a product's admin socket can be asked, by the name of the operation. */
export type AdminOperations = Readonly<Record<string, AdminOperation>>;

/** The parts of an operation as values. */
export type AsksOf<Operation extends AdminOperation> = z.output<Operation["asks"]>;
export type ItemOf<Operation extends AdminOperation> = z.output<Operation["item"]>;
export type ResultOf<Operation extends AdminOperation> = z.output<Operation["result"]>;

/** What answers each operation; `tell` streams, `hungUp` aborts when the asker has gone. */
export type AdminHandlers<Operations extends AdminOperations> = {
  readonly [Op in keyof Operations]: (
    ask: AsksOf<Operations[Op]>,
    tell: (item: ItemOf<Operations[Op]>) => void,
    hungUp: AbortSignal,
  ) => Promise<ResultOf<Operations[Op]>>;
};

/** A request line; its parameters are checked by their operation. */
export const requestSchema = z.strictObject({
  id: z.int().min(0),
  op: z.string().min(1).max(100),
  with: z.unknown().optional(),
});

/** A response line: items while it goes on, then a result or an error. `id` null: the line was no request. */
export const responseSchema = z.union([
  z.strictObject({ id: z.int().min(0), item: z.unknown() }),
  z.strictObject({ id: z.int().min(0), result: z.unknown() }),
  z.strictObject({
    id: z.int().min(0).nullable(),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
]);
