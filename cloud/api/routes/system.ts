import { z } from "zod";
import { reach } from "../../access/actor.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { openApiDocument } from "../openapi.ts";
import { ANSWERED, defineRoute, type Route } from "../route.ts";

/** Of the API, not of the product: raised with every change that a client must know. */
const API_VERSION = "1.0.0";

/** Events, the description of the API, and what was refused at the borders. */
export function systemRoutes({ stream, refusals }: ApiDependencies, table: () => readonly Route[]): Route[] {
  const events = defineRoute({
    method: "GET",
    path: "/events",
    guard: "site.read",
    summary: "Server-sent events: site, alert, digest, reset; resumes after Last-Event-ID.",
    answerType: "text/event-stream",
    handle: ({ actor, request, reply }) => {
      const regions = reach(actor, "site.read");
      stream.open(reply.raw, request.headers["last-event-id"]?.toString(), regions);
      reply.hijack();
      return ANSWERED;
    },
  });
  const description = defineRoute({
    method: "GET",
    path: "/openapi.json",
    guard: "anyone",
    summary: "This document.",
    answer: z.record(z.string(), z.unknown()),
    handle: () => openApiDocument(table(), API_VERSION),
  });
  const refused = defineRoute({
    method: "GET",
    path: "/refusals",
    guard: "system.read",
    summary: "What was refused at the borders since the start, by kind.",
    answer: z.unknown(),
    handle: () => refusals.totals(),
  });
  return [events, description, refused];
}
