import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Permission, speaksOpenAi } from '#core/http';
import { createOpenApi } from '../../apps/api/src/openapi.js';
import { PASSWORD } from '../support/agency.js';

/** As much of a JSON Schema as our documents use. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  format?: string;
  enum?: string[];
  example?: unknown;
  default?: unknown;
  minimum?: number;
  minLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

interface Operation {
  operationId: string;
  security?: Record<string, unknown>[];
  parameters?: { name: string; in: 'path' | 'query' | 'header'; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, unknown> }>;
  'x-permission'?: Permission;
  'x-operator'?: boolean;
  'x-test-keys'?: boolean;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** One route of the API, as its own OpenAPI document tells it. */
export interface Route {
  name: string;
  operationId: string;
  method: string;
  path: string;
  isPublic: boolean;
  permission: Permission | undefined;
  /** Only people may use it. */
  isForPeople: boolean;
  isForOperators: boolean;
  /** Test keys may use it, although it changes something. */
  isForTestKeys: boolean;
  isUnsafe: boolean;
  /** It refuses as OpenAI does. */
  speaksOpenAi: boolean;
  /** It answers with events for as long as one listens. */
  isStream: boolean;
  pathParameters: string[];
  queryParameters: { name: string; schema: Schema }[];
  /** The JSON body's fields; undefined: it takes none. */
  body: Record<string, Schema> | undefined;
  required: string[];
}

/** Every route that the application documents. */
export function routesOf(app: NestFastifyApplication): Route[] {
  const document = createOpenApi(app) as unknown as Document;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toRoute(document, path, method.toUpperCase(), operation)),
  );
}

function toRoute(document: Document, path: string, method: string, operation: Operation): Route {
  const security = operation.security ?? [];
  const parameters = operation.parameters ?? [];
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = schema && resolve(document, schema);
  return {
    name: `${method} ${path}`,
    operationId: operation.operationId,
    method,
    path,
    isPublic: security.length === 0,
    permission: operation['x-permission'],
    isForPeople: !security.some((scheme) => 'apiKey' in scheme),
    isForOperators: operation['x-operator'] === true,
    isForTestKeys: operation['x-test-keys'] === true,
    isUnsafe: method !== 'GET',
    speaksOpenAi: speaksOpenAi(path),
    isStream: Object.values(operation.responses).some(({ content }) => content?.['text/event-stream'] !== undefined),
    // `path` is a name that belongs to nobody, such as a model's.
    pathParameters: parameters.flatMap(({ in: place, name }) => (place === 'path' && name !== 'path' ? [name] : [])),
    queryParameters: parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, schema }) => ({ name, schema: resolve(document, schema) })),
    body:
      body &&
      Object.fromEntries(
        Object.entries(body.properties ?? {}).map(([name, field]) => [name, resolve(document, field)]),
      ),
    required: body?.required ?? [],
  };
}

function resolve(document: Document, schema: Schema): Schema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (!reference) return schema;
  return { ...document.components.schemas[reference.split('/').at(-1) ?? ''], ...schema, $ref: undefined };
}

/** A body that passes validation, by the document's examples: the required fields, or all that have an example. */
export function exampleOf(route: Route): Record<string, unknown> {
  const fields = Object.entries(route.body ?? {});
  const chosen = fields.filter(([name, schema]) =>
    route.required.length > 0 ? route.required.includes(name) : schema.example !== undefined,
  );
  return Object.fromEntries(chosen.map(([name, schema]) => [name, valueOf(schema)]));
}

/** Examples of secrets are cut short, so that nobody takes them for real. */
function isTooShort({ example, minLength }: Schema): boolean {
  return typeof example === 'string' && example.length < (minLength ?? 0);
}

function valueOf(schema: Schema): unknown {
  if (schema.format === 'email') return `person-${randomUUID()}@example.com`;
  if (schema.format === 'password') return PASSWORD;
  if (schema.format === 'uuid') return randomUUID();
  if (schema.format === 'date-time') return new Date(Date.now() + 86_400_000).toISOString();
  if (schema.example !== undefined && !isTooShort(schema)) return schema.example;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  switch (schema.type) {
    case 'number':
    case 'integer':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'array':
      return schema.items ? [valueOf(schema.items)] : [];
    case 'object':
      return {};
    default:
      return 'text'.padEnd(schema.minLength ?? 4, '.');
  }
}
