import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AppConfig } from '#core/config';
import { ProviderCredentialsService } from '../provider-keys/provider-credentials.service.js';
import { readOpenAiError } from '../providers/openai.errors.js';
import { openAiSdk } from '../providers/openai-sdk.js';
import { ProviderCall } from '../providers/provider-call.js';

const TIMEOUT_MS = 30_000;
/** Reasoning models count what they think as well. */
const MAX_TOKENS = 3000;

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

/** What a text model is asked: its task, and the text it works on, which is data and never part of the task. */
export interface WritingTask<Answer> {
  organizationId: string;
  instructions: string;
  text: string;
  /** What the answer must be; `name` as OpenAI wants it (`[a-z_]+`). */
  name: string;
  schema: z.ZodType<Answer>;
}

/**
 * Short texts written by a model of OpenAI, or of any server that speaks its chat protocol: with the organization's own
 * key when it has one, else with the platform's.
 */
@Injectable()
export class TextWriterClient {
  constructor(
    private readonly config: AppConfig,
    private readonly credentials: ProviderCredentialsService,
  ) {}

  /** Whether an organization can be served at all. */
  async isAvailable(organizationId: string): Promise<boolean> {
    return this.config.providers.openai.apiKey !== undefined || this.credentials.has(organizationId, 'openai');
  }

  /** @throws ProviderError; nothing is repeated */
  async write<Answer>(task: WritingTask<Answer>): Promise<Answer> {
    const job = {
      organizationId: task.organizationId,
      provider: 'openai',
      testMode: false,
      externalId: null,
      providerKeyId: null,
    };
    const own = await this.credentials.findForJob(job);
    const { apiKey, baseUrl, textModel } = this.config.providers.openai;
    const context = {
      signal: new AbortController().signal,
      attempt: 1,
      credentials: own && { apiKey: own.apiKey },
    };
    try {
      const call = new ProviderCall({
        context,
        platformKey: apiKey,
        timeoutMs: TIMEOUT_MS,
        readError: readOpenAiError,
      });
      const sdk = await openAiSdk(call, { baseUrl, timeoutMs: TIMEOUT_MS });
      const answer: unknown = await call.run(() =>
        sdk.chat.completions.create({
          model: textModel,
          max_completion_tokens: MAX_TOKENS,
          messages: [
            { role: 'system', content: task.instructions },
            { role: 'user', content: task.text },
          ],
          response_format: {
            type: 'json_schema',
            json_schema: {
              name: task.name,
              strict: true,
              schema: z.toJSONSchema(task.schema),
            },
          },
        }),
      );
      const [choice] = call.check(answer, completion).choices;
      return call.check(parse(choice?.message.content ?? ''), task.schema);
    } catch (error) {
      throw await this.credentials.explain(error, job, own);
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
