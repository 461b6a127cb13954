import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONVERSATIONS } from './conformance-conversations.js';
import { type ApiRules, ApiSchemas } from './conformance-schemas.js';
import type { FakeExchange } from './fake-server.js';

/** What was checked of one operation of a provider's API description, and what did not fit, one sentence each. */
export interface OperationConformance {
  /** E.g. `openai POST /images/generations`. */
  operation: string;
  requests: number;
  answers: number;
  faults: string[];
}

/** How each provider's description is found and read. fal publishes none. */
const DESCRIPTIONS: Readonly<Record<keyof typeof CONVERSATIONS, ApiRules & { file: string }>> = {
  // Errors are described once for all operations; sound as octet-stream, and answered as what it is
  // (openai/openai-openapi#141).
  openai: { file: 'openai-media.json', error: { $ref: '#/components/schemas/ErrorResponse' } },
  replicate: {
    file: 'replicate-media.json',
    error: { type: 'object', required: ['detail'], properties: { detail: { type: 'string' } } },
  },
  elevenlabs: {
    file: 'elevenlabs-media.json',
    error: { type: 'object', required: ['detail'] },
  },
  freepik: {
    file: 'magnific-media.json',
    error: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
  },
};

/**
 * Lets every provider talk to its fake in all its ways and holds each request and each answer against the provider's
 * own API description, as it lies in the directory.
 * @param providers all of them when left out
 * @throws when the directory lacks a description
 */
export async function checkConformance(
  specsDir: string,
  providers = Object.keys(DESCRIPTIONS) as (keyof typeof DESCRIPTIONS)[],
): Promise<OperationConformance[]> {
  const reports: OperationConformance[] = [];
  for (const provider of providers) {
    const { file, ...rules } = DESCRIPTIONS[provider];
    const described: unknown = JSON.parse(await readFile(join(specsDir, file), 'utf8'));
    const exchanges: FakeExchange[] = [];
    await CONVERSATIONS[provider]((exchange) => exchanges.push(exchange));
    reports.push(...judge(provider, await ApiSchemas.of(described, rules), exchanges));
  }
  return reports;
}

function judge(provider: string, schemas: ApiSchemas, exchanges: FakeExchange[]): OperationConformance[] {
  const operations = new Map<string, OperationConformance>();
  // Files lie on other hosts, which nobody describes.
  for (const exchange of exchanges.filter(({ kind }) => kind !== 'file')) {
    const operation = `${provider} ${exchange.method} ${schemas.templateOf(exchange) ?? exchange.path}`;
    const report = operations.get(operation) ?? { operation, requests: 0, answers: 0, faults: [] };
    operations.set(operation, report);
    report.requests += 1;
    report.answers += 1;
    const found = [...schemas.requestFaults(exchange), ...schemas.answerFaults(exchange)];
    report.faults.push(...found.filter((fault) => !report.faults.includes(fault)));
  }
  return [...operations.values()];
}
