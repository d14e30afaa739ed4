/** The OpenAPI 3.1 document, made from the zod schemas that the routes check with. */
import { SAKER_VERSION } from '@saker/spec';
import { z } from 'zod';
import { OPERATIONS, type Operation } from './operations.js';
import { problem } from './predict-schemas.js';

const REF = (id: string): string => `#/components/schemas/${id}`;
const PROBLEM = 'application/problem+json';

/** Schemas with an id, which is where references lead. */
function components(): Record<string, object> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: REF, target: 'draft-2020-12', io: 'input' });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutKeywords(schema)]));
}

function schemaOf(type: z.ZodType): object {
  const id = type.meta()?.id;
  return id === undefined
    ? withoutKeywords(z.toJSONSchema(type, { target: 'draft-2020-12', io: 'input' }))
    : { $ref: REF(id) };
}

/** OpenAPI says the dialect once, and places schemas itself. */
function withoutKeywords({ $schema, $id, id, ...rest }: Record<string, unknown>): object {
  return rest;
}

function content(types: Readonly<Record<string, z.ZodType>>): object {
  return Object.fromEntries(
    Object.entries(types).map(([media, type]) => [media, { schema: schemaOf(type) }]),
  );
}

function parameters({ path, query }: Operation): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, type]) => {
    const { description, ...schema } = schemaOf(type as z.ZodType) as { description?: string };
    return { name, in: 'query', required: false, description, schema };
  });
  return [...inPath, ...inQuery];
}

function operation(one: Operation): object {
  const { method, path, summary, tag, scope, body, answer } = one;
  return {
    operationId: `${method}${path.replace(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    description: scope === null ? 'Asks for no key.' : `Scope: ${scope}, where the server asks for keys.`,
    tags: [tag],
    parameters: parameters(one),
    ...(body
      ? { requestBody: { required: path.endsWith('/infer') || path === '/predict', content: content(body) } }
      : {}),
    responses: {
      200: { description: 'It went well.', ...(answer ? { content: content(answer) } : {}) },
      default: {
        description: 'It did not; the code says why.',
        content: { [PROBLEM]: { schema: { $ref: REF(problem.meta()?.id as string) } } },
      },
    },
    ...(scope === null ? { security: [] } : {}),
  };
}

/** The whole document. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of OPERATIONS) paths[one.path] = { ...paths[one.path], [one.method]: operation(one) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Saker',
      version: SAKER_VERSION,
      summary: 'Image classification: pictures in, labels out.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }, { apiKey: [] }],
    tags: [
      { name: 'predict', description: 'Pictures in, labels out' },
      { name: 'v2', description: 'The Open Inference Protocol, version 2' },
      { name: 'repository', description: "Triton's model repository extension" },
      { name: 'health', description: 'Probes' },
    ],
    paths,
    components: {
      schemas: components(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of saker keys, or a JSON Web Token' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}
