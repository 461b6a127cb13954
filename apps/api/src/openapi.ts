import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { OpenAiError, speaksOpenAi } from '#core/http';
import { UNLIMITED_EXTENSION } from '#core/limits';
import { describeWhatIsCommon } from './openapi-descriptions.js';
import { VERSION } from './version.js';

/** Builds the OpenAPI document, in a stable order so that the committed copy only changes when the API does. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('BASE Agency API')
    .setDescription(
      'Generate images, video and audio with AI. Errors are RFC 9457 problem+json; branch on `code`; those of /v1, which speaks the dialect of OpenAI, have its shape. Credits are integers: 1 credit = US$0.001 of list price.',
    )
    .setVersion(VERSION)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A user token, or an API key `base_live_…` / `base_test_…`' },
      'bearer',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key' }, 'apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    extraModels: [OpenAiError],
  });
  describeWhatIsCommon(document);
  describeLimits(document);
  describeIdempotency(document);
  describeOpenAiErrors(document);
  return sortKeys({ ...document, info: { ...document.info, version: VERSION } }) as OpenAPIObject;
}

const LIMIT_HEADERS = {
  'RateLimit-Policy': {
    description:
      'Every limit that applies: its name, requests `q` in `w` seconds (draft-ietf-httpapi-ratelimit-headers)',
    schema: { type: 'string', example: '"organization";q=120;w=60, "api-key";q=120;w=60' },
  },
  RateLimit: {
    description: 'The limit that is nearest to its end: `r` requests left, full again in `t` seconds',
    schema: { type: 'string', example: '"organization";r=96;t=12' },
  },
} as const;

/** Says of every operation that is counted how it is: one guard does it to all of them. */
function describeLimits(document: OpenAPIObject): void {
  for (const operation of operationsOf(document)) {
    if (UNLIMITED_EXTENSION in operation) continue;
    const { responses } = operation;
    for (const [status, response] of Object.entries(responses)) {
      if (status.startsWith('2') && response && !('$ref' in response)) {
        response.headers = { ...response.headers, ...LIMIT_HEADERS };
      }
    }
    responses['429'] ??= {
      description: 'A limit is used up; `policy` names it',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
    const refused = responses['429'];
    if (!('$ref' in refused)) {
      const retryAfter = {
        description: 'Seconds until it is worthwhile to try again',
        schema: { type: 'integer' },
      } as const;
      refused.headers = { ...refused.headers, ...LIMIT_HEADERS, 'Retry-After': retryAfter };
    }
  }
}

/** Every POST with credentials takes a key. */
function describeIdempotency(document: OpenAPIObject): void {
  for (const { post } of Object.values(document.paths)) {
    if (!post?.security?.length) continue;
    post.parameters ??= [];
    post.parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'Printable ASCII, at most 255 characters, e.g. a UUID. The same key and body are answered as the first time; another body is refused (422), and so is a repetition while the first is under way (409).',
      schema: { type: 'string' },
    });
    post.responses['409'] ??= {
      description: '`idempotency.in_progress`',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
}

/** Refusals of the OpenAI-compatible routes have OpenAI's shape: the error handler tells by the path, and so does this. */
function describeOpenAiErrors(document: OpenAPIObject): void {
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!speaksOpenAi(path)) continue;
    for (const operation of [operations.get, operations.post]) {
      for (const response of Object.values(operation?.responses ?? {})) {
        if (!response || '$ref' in response || !response.content?.['application/problem+json']) continue;
        response.content = { 'application/json': { schema: { $ref: getSchemaPath(OpenAiError) } } };
      }
    }
  }
}

function operationsOf(document: OpenAPIObject) {
  const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
  return Object.values(document.paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));
}

/** Paths, schemas and everything else by name; arrays keep their order. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
