import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestCounty } from "./test-county.fixture.ts";

let county: TestCounty;
beforeAll(async () => {
  county = await TestCounty.start();
}, 180_000);
afterAll(() => county.close());

it("theApiIsDescribedByAValidOpenApiDocument", async () => {
  const { body } = await county.open("GET", "/openapi.json");
  const { valid, errors } = await new Validator().validate(body);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(body.openapi).toBe("3.1.1");
  const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
