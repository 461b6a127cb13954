import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConformance } from './conformance.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A description in the manner of OpenAI's, with one schema for all requests and one for all answers. */
async function describeOpenAi(request: object, answer: object): Promise<void> {
  const generation = {
    post: {
      requestBody: { content: { 'application/json': { schema: request } } },
      responses: {
        200: {
          content: {
            'application/json': { schema: answer },
            'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
          },
        },
      },
    },
  };
  const error = { type: 'object', required: ['message', 'type', 'param', 'code'] };
  const description = {
    openapi: '3.1.0',
    paths: {
      '/images/generations': generation,
      '/audio/speech': generation,
      '/images/edits': formOf(generation),
      '/audio/transcriptions': formOf(generation),
      '/models': { get: { responses: { 200: { content: { 'application/json': { schema: answer } } } } } },
    },
    components: { schemas: { ErrorResponse: { type: 'object', required: ['error'], properties: { error } } } },
  };
  await writeFile(join(directory, 'openai-media.json'), JSON.stringify(description));
}

/** The same with a multipart body. */
function formOf({ post }: { post: { requestBody: { content: Record<string, object> } } }): object {
  const { 'application/json': schema } = post.requestBody.content;
  return { post: { ...post, requestBody: { content: { 'multipart/form-data': schema } } } };
}

const SENT = ['model', 'prompt', 'n', 'size', 'quality', 'output_format', 'output_compression', 'background'];
const SPOKEN = [
  'input',
  'voice',
  'response_format',
  'speed',
  'instructions',
  'image',
  'mask',
  'file',
  'timestamp_granularities',
];
const anyRequest = {
  type: 'object',
  properties: Object.fromEntries([...SENT, 'moderation', ...SPOKEN].map((name) => [name, {}])),
};

it('a description that fits finds no fault in any operation', async () => {
  await describeOpenAi(anyRequest, { type: 'object' });
  const reports = await checkConformance(directory, ['openai']);
  expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
  expect(reports.map(({ operation }) => operation).sort()).toEqual([
    'openai GET /models',
    'openai POST /audio/speech',
    'openai POST /audio/transcriptions',
    'openai POST /images/edits',
    'openai POST /images/generations',
  ]);
  for (const { requests, answers } of reports) expect(requests && answers).toBeGreaterThan(0);
});

it('every breach of the description is named once, for requests and for answers', async () => {
  await describeOpenAi(
    { type: 'object', required: ['model', 'tea'], properties: { model: {}, prompt: { maxLength: 3 } } },
    { type: 'object', properties: { created: { type: 'string' } } },
  );
  const faults = (await checkConformance(directory, ['openai'])).flatMap((report) => report.faults);
  expect(faults).toEqual(
    expect.arrayContaining([
      "request: body must have required property 'tea'",
      'request: /prompt must NOT have more than 3 characters',
      'request: size is not described',
      'answer 200: /created must be string',
    ]),
  );
});

it('a directory without the description is an error, not a success', async () => {
  await expect(checkConformance(directory, ['openai'])).rejects.toThrow('openai-media.json');
});

const specsDir = process.env.SPECS_DIR;
if (specsDir) {
  it("what is sent and answered fits the providers' own descriptions", async () => {
    for (const { operation, faults } of await checkConformance(specsDir)) {
      expect({ operation, faults }).toEqual({ operation, faults: [] });
    }
  });
}
