import { z } from "zod";

const QUESTIONS_MAX = 40;
const CHOICES_MAX = 12;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "write lower-case letters, digits and dashes");
const text = z.string().trim().min(1).max(200);
const bilingual = z.strictObject({ zh: text, en: text });
const common = { id: slug, text: bilingual, required: z.boolean().default(true) };

const questionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("yes-no") }),
  z.strictObject({
    ...common,
    kind: z.literal("choice"),
    choices: z
      .array(z.strictObject({ id: slug, text: bilingual }))
      .min(2)
      .max(CHOICES_MAX),
  }),
  z.strictObject({ ...common, kind: z.literal("number"), unit: z.string().max(16).default("") }),
  z.strictObject({ ...common, kind: z.literal("text") }),
]);

/** What a checklist asks; a visit keeps the version that it was made with. */
export const templateBodySchema = z
  .strictObject({
    name: bilingual,
    questions: z.array(questionSchema).min(1).max(QUESTIONS_MAX),
  })
  .superRefine(({ questions }, context) => {
    const ids = questions.map(({ id }) => id);
    for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) {
      context.addIssue({ code: "custom", message: `question ${id} is there twice` });
    }
  });

export const templateSchema = z.object({
  id: slug,
  version: z.int().min(1),
  ...templateBodySchema.shape,
});

export type VisitTemplate = z.output<typeof templateSchema>;
export type TemplateBody = z.output<typeof templateBodySchema>;
