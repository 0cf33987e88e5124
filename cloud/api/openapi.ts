import { z } from "zod";
import { ROLES, roleMay } from "../access/policy.ts";
import { API_PREFIX, problemSchema } from "./contract.ts";
import type { Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of a table of routes, made from their zod schemas. Pure. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = API_PREFIX + route.path;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "封哨 Sealwatch",
      version,
      description:
        "A county's register of closed sites, its alerts and what became of them. Times are UTC milliseconds since 1970.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "sealwatch_session",
          description: "from POST /session; what changes something also wants its X-CSRF-Token",
        },
        token: { type: "http", scheme: "bearer", description: "an API token" },
      },
      schemas: { Problem: jsonSchema(problemSchema, "output") },
    },
  };
}

function operationOf(route: Route): Json {
  const { guard, summary, path, method } = route;
  const roles =
    guard === "anyone" || guard === "signed-in" ? [] : ROLES.filter((role) => roleMay(role, guard));
  const who =
    guard === "anyone"
      ? "Anyone."
      : guard === "signed-in"
        ? "Whoever is signed in."
        : `Roles: ${roles.join(", ")}.`;
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[{}]/g, "").replaceAll(/[/_-]+(\w)/g, (_all, first: string) => first.toUpperCase())}`,
    tags: [path.split("/")[1] ?? "api"],
    summary,
    description: who,
    security: guard === "anyone" ? [] : [{ session: [] }, { token: [] }],
    parameters: parametersOf(route),
    ...bodyOf(route),
    responses: responsesOf(route),
  };
}

function parametersOf(route: Route): Json[] {
  const headers = [
    ...(route.creates ? [{ name: "Idempotency-Key", required: false }] : []),
    ...(route.edits ? [{ name: "If-Match", required: true }] : []),
  ].map((header) => ({ ...header, in: "header", schema: { type: "string" } }));
  return [...fieldsOf(route.params, "path"), ...fieldsOf(route.query, "query"), ...headers];
}

function fieldsOf(schema: z.ZodType | null, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: field,
  }));
}

function bodyOf({ body, upload }: Route): Json {
  if (upload) {
    const content = Object.fromEntries(upload.types.map((type) => [type, {}]));
    return { requestBody: { required: true, content } };
  }
  if (!body) return {};
  return {
    requestBody: { required: true, content: { "application/json": { schema: jsonSchema(body, "input") } } },
  };
}

function responsesOf({ answer, status = 200, answerType }: Route): Json {
  const content = answerType
    ? { content: { [answerType]: {} } }
    : answer
      ? { content: { "application/json": { schema: jsonSchema(answer, "output") } } }
      : {};
  return {
    [status]: { description: status === 204 ? "done" : "the answer", ...content },
    default: {
      description: "what went wrong, with a stable code",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  };
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
