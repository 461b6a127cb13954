import { z } from 'zod';
import { type FakeAnswer, jsonAnswer } from './fake-answers.js';
import type { FakeErrorAnswer } from './fake-openai-wire.js';

const request = z.object({
  model: z.string(),
  messages: z
    .array(z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: z.string() }))
    .min(1),
  max_completion_tokens: z.int().min(1).optional(),
  response_format: z
    .object({
      type: z.literal('json_schema'),
      json_schema: z.object({
        name: z.string().regex(/^[\w-]{1,64}$/),
        strict: z.boolean(),
        schema: z.object({ type: z.literal('object') }),
      }),
    })
    .optional(),
});

/** The first fault of a chat request, in words like OpenAI's. */
export function checkChatRequest(body: Readonly<Record<string, unknown>>): FakeErrorAnswer | undefined {
  const parsed = request.safeParse(body);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const param = issue?.path.join('.') ?? null;
  return {
    status: 400,
    error: {
      message: `Invalid value for '${param}': ${issue?.message}.`,
      type: 'invalid_request_error',
      param,
      code: null,
    },
  };
}

/** Answers as a model would that was asked to improve a prompt: with the prompt, and light upon it. */
export function chatAnswer(body: Readonly<Record<string, unknown>>, fault?: string): FakeAnswer {
  const { model, messages } = request.parse(body);
  const prompt = messages.at(-1)?.content ?? '';
  const addition = 'low golden light';
  const written = JSON.stringify({
    enhanced: `${prompt}, ${addition}`,
    changes: [{ aspect: 'light', text: addition }],
  });
  return jsonAnswer(200, {
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: fault ? `Here you are: ${written}` : written, refusal: null },
      },
    ],
    usage: { prompt_tokens: 100, completion_tokens: 40, total_tokens: 140 },
  });
}
