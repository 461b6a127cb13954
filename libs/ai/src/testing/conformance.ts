import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { OpenAiProvider } from '../providers/openai.provider.js';
import { ProviderError } from '../providers/provider.errors.js';
import type { GenerationRequest, MediaType } from '../providers/provider.js';
import type { FakeOpenAiFault } from './fake-openai-faults.js';
import { startFakeOpenAi, type FakeOpenAi, type FakeOpenAiExchange } from './fake-openai-server.js';

/** What was checked of one operation of a provider's API description, and what did not fit, one sentence each. */
export interface OperationConformance {
  /** E.g. `openai POST /images/generations`. */
  operation: string;
  requests: number;
  answers: number;
  faults: string[];
}

const schemaOf = z.object({ schema: z.record(z.string(), z.unknown()) });
const media = z.record(z.string(), schemaOf);
/** The part of an OpenAPI 3.1 description that the check reads. */
const description = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        requestBody: z.object({ content: media }).optional(),
        responses: z.record(z.string(), z.looseObject({ content: media.optional() })),
      }),
    ),
  ),
});
type Description = z.infer<typeof description>;

/**
 * Lets every provider talk to its fake in all its ways and holds each request and each answer against the provider's
 * own API description: `openai-media.json` of the directory.
 * @throws when the directory holds no such description
 */
export async function checkConformance(specsDir: string): Promise<OperationConformance[]> {
  const path = join(specsDir, 'openai-media.json');
  const openai: unknown = JSON.parse(await readFile(path, 'utf8'));
  const exchanges: FakeOpenAiExchange[] = [];
  const fake = await startFakeOpenAi({ onExchange: (exchange) => exchanges.push(exchange) });
  try {
    await converse(fake);
  } finally {
    await fake.close();
  }
  return judge('openai', await Schemas.of(description.parse(openai)), exchanges);
}

const IMAGES: readonly Record<string, unknown>[] = [
  { prompt: 'A lighthouse at dawn' },
  { prompt: 'Two foxes', n: 2, size: '1536x1024', quality: 'low', output_format: 'jpeg', output_compression: 70 },
  { prompt: 'A logo', size: '1024x1536', quality: 'high', output_format: 'webp', background: 'transparent' },
  { prompt: 'A banner', size: '1792x944', quality: 'medium', moderation: 'low', background: 'opaque' },
  { prompt: 'A crooked size', size: '1000x1000' },
];
const SPEECHES: readonly Record<string, unknown>[] = [
  { input: 'Good morning.', voice: 'alloy' },
  ...['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'].map((format) => ({
    input: 'Every format.',
    voice: 'marin',
    response_format: format,
    speed: 1.5,
  })),
  { input: 'Cheerfully!', voice: 'coral', instructions: 'Speak cheerfully.' },
  { input: 'Nobody speaks like this.', voice: 'nobody' },
];
/** Those that end in a whole answer of OpenAI's own, so that there is something to hold against its description. */
const FAULTS: readonly FakeOpenAiFault[] = [
  'unauthorized',
  'forbidden',
  'rate_limited',
  'insufficient_quota',
  'billing_limit',
  'content_policy',
  'overloaded',
  'server_error_after',
];

async function converse(fake: FakeOpenAi): Promise<void> {
  const provider = new OpenAiProvider(fake);
  const submit = async (type: MediaType, providerModel: string, input: Record<string, unknown>) => {
    try {
      const result = await provider.submit(request(type, providerModel, input), {
        signal: new AbortController().signal,
        attempt: 1,
      });
      for (const { body } of result.state === 'done' ? result.outputs : []) {
        if (!Buffer.isBuffer(body)) await body.forEach(() => undefined);
      }
    } catch (error) {
      // Refusals are part of the conversation.
      if (!(error instanceof ProviderError)) throw error;
    }
  };
  for (const model of ['gpt-image-2', 'gpt-image-2.5-sunburst', 'no-such-model']) {
    for (const input of IMAGES) await submit('image', model, input);
  }
  for (const model of ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts']) {
    for (const input of SPEECHES) await submit('audio', model, input);
  }
  for (const fault of FAULTS) {
    fake.failNext(fault, { times: 2 });
    await submit('image', 'gpt-image-2', { prompt: 'x' });
    await submit('audio', 'tts-1', { input: 'x', voice: 'alloy' });
  }
  await fetch(`${fake.baseUrl}/models`, { headers: { authorization: `Bearer ${fake.apiKey}` } });
}

function request(type: MediaType, providerModel: string, input: Record<string, unknown>): GenerationRequest {
  const ids = { jobId: '01900000-0000-7000-8000-000000000001', organizationId: '01900000-0000-7000-8000-000000000002' };
  return {
    ...ids,
    type,
    model: `openai/${providerModel}`,
    providerModel,
    ability: type === 'audio' ? 'speech' : 'image-generation',
    input,
  };
}

function judge(provider: string, schemas: Schemas, exchanges: FakeOpenAiExchange[]): OperationConformance[] {
  const operations = new Map<string, OperationConformance>();
  for (const exchange of exchanges) {
    const operation = `${provider} ${exchange.method} ${exchange.path}`;
    const report = operations.get(operation) ?? { operation, requests: 0, answers: 0, faults: [] };
    operations.set(operation, report);
    report.requests += 1;
    report.answers += 1;
    const found = [...schemas.requestFaults(exchange), ...schemas.answerFaults(exchange)];
    report.faults.push(...found.filter((fault) => !report.faults.includes(fault)));
  }
  return [...operations.values()];
}

class Schemas {
  private constructor(
    private readonly described: Description,
    private readonly ajv: Ajv2020,
  ) {}

  static async of(described: Description): Promise<Schemas> {
    // Loaded here, because the fakes beside it are used where development dependencies are missing.
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    // Formats (`unixtime`, `binary`) and the keywords beginning with x- are annotations of OpenAPI.
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ ...described, $id: 'description' });
    return new Schemas(described, ajv);
  }

  requestFaults({ method, path, requestBody }: FakeOpenAiExchange): string[] {
    const operation = this.operation(method, path);
    if (!operation) return [`${method} ${path} is not described`];
    if (!operation.requestBody) return requestBody === undefined ? [] : ['request: a body where none is described'];
    const { schema } = operation.requestBody.content['application/json'] ?? {};
    if (!schema) return ['request: JSON is not described'];
    return [
      ...this.mismatches(schema, requestBody, 'request'),
      ...this.undescribed(schema, requestBody).map((name) => `request: ${name} is not described`),
    ];
  }

  /** Errors are described once for all operations (`ErrorResponse`), successes by operation and content type. */
  answerFaults({ method, path, status, contentType, answerBody }: FakeOpenAiExchange): string[] {
    const operation = this.operation(method, path);
    if (!operation) return [];
    const label = `answer ${status}`;
    const text = answerBody.toString('utf8');
    if (status >= 400) return this.mismatches({ $ref: '#/components/schemas/ErrorResponse' }, JSON.parse(text), label);
    const content = operation.responses[String(status)]?.content;
    const json = content?.['application/json']?.schema;
    if (json && contentType === 'application/json') return this.mismatches(json, JSON.parse(text), label);
    // Sound is described as application/octet-stream and answered as what it is (openai/openai-openapi#141).
    const isFile = content?.['application/octet-stream'] !== undefined && contentType.startsWith('audio/');
    return isFile && answerBody.length > 0 ? [] : [`${label}: ${contentType} is not described`];
  }

  private operation(method: string, path: string) {
    return this.described.paths[path]?.[method.toLowerCase()];
  }

  private mismatches(schema: Record<string, unknown>, value: unknown, label: string): string[] {
    const validate = this.compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${label}: ${error.instancePath || 'body'} ${error.message}`);
  }

  /** References are relative to the whole description. */
  private compile(schema: Record<string, unknown>): ValidateFunction {
    const rooted: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"description#/'));
    return this.ajv.compile(rooted as Record<string, unknown>);
  }

  /** Fields of a request that its schema does not name: OpenAI would refuse them though the schema lets them pass. */
  private undescribed(schema: Record<string, unknown>, value: unknown): string[] {
    const named = typeof schema.$ref === 'string' ? this.ajv.getSchema(`description${schema.$ref}`)?.schema : schema;
    const properties = z.looseObject({ properties: z.record(z.string(), z.unknown()) }).safeParse(named);
    if (!properties.success || typeof value !== 'object' || value === null) return [];
    return Object.keys(value).filter((name) => !(name in properties.data.properties));
  }
}
