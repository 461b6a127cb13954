import { z } from 'zod';
import { InvalidRequest } from '#core/errors';
import { assetIdOf, isAddress } from '../models/file-reference.js';
import { toFieldErrors } from '../models/input-faults.js';
import { isDataUrl } from './data-urls.js';
import { GRANULARITIES, TRANSCRIPT_FORMATS } from './transcript-answers.js';

/** What OpenAI's clients leave empty they may also send as null. */
const withoutNulls = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    : body;

/** Known parameters are checked here, the others by the model's own schema. */
function request<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutNulls, z.looseObject(shape));
}

const model = z.string().min(1).max(200);
/** Kept as a label of the job; OpenAI calls it `safety_identifier` nowadays. */
const user = z.string().max(500).optional();
const responseFormat = z.enum(['url', 'b64_json']).default('b64_json');

const pictures = {
  // OpenAI's own default is a model that is gone.
  model: model.default('gpt-image-2'),
  prompt: z.string(),
  n: z.int().min(1).max(10).optional(),
  size: z.string().max(20).optional(),
  quality: z.string().max(20).optional(),
  response_format: responseFormat,
  stream: z.boolean().default(false),
  partial_images: z.int().min(0).max(3).default(0),
  user,
  safety_identifier: user,
};

export const imageRequest = request(pictures);
export type ImageRequest = z.output<typeof imageRequest>;

function reference(isOne: (text: string) => boolean, error: string) {
  return z.string().refine(isOne, { error, params: { code: 'file_reference' } });
}

const ONE_OF_BOTH = 'must have image_url (an https address or a data URL) or file_id (the id of an asset), not both';

/** Where a picture is: in the request, at an address, or among the organization's assets, which are what files are here. */
const picture = z
  .strictObject(
    {
      image_url: reference(
        (text) => isDataUrl(text) || isAddress(text),
        'must be an https address, or a data URL in base64',
      ).optional(),
      file_id: reference((text) => assetIdOf(text) !== undefined, 'must be the id of an asset').optional(),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? ONE_OF_BOTH : undefined) },
  )
  .transform(({ image_url: address, file_id: assetId }, context) => {
    const given = address ?? assetId;
    if (given !== undefined && (address === undefined || assetId === undefined)) return given;
    context.addIssue({ code: 'custom', message: ONE_OF_BOTH, params: { code: 'file_reference' } });
    return z.NEVER;
  });

/** An edit as JSON: pictures are referred to. */
export const referredEditRequest = request({
  ...pictures,
  images: z.array(picture, { error: 'must be a list of pictures to edit; files come as a form' }).min(1).max(16),
  mask: picture.optional(),
});

export const speechRequest = request({
  model,
  input: z.string(),
  voice: z.union([z.string(), z.strictObject({ id: z.string() }).transform(({ id }) => id)]).optional(),
  response_format: z.string().max(20).optional(),
  stream_format: z.string().max(20).default('audio'),
  user,
  safety_identifier: user,
});

const flag = z.stringbool().default(false);

/** What comes in a form comes as text. */
export const editRequest = request({
  model: model.default('gpt-image-2'),
  prompt: z.string(),
  n: z.coerce.number().int().min(1).max(10).optional(),
  size: z.string().max(20).optional(),
  quality: z.string().max(20).optional(),
  response_format: responseFormat,
  stream: flag,
  partial_images: z.coerce.number().int().min(0).max(3).default(0),
  user,
  safety_identifier: user,
});

export const transcriptionRequest = request({
  model: model.default('whisper-1'),
  response_format: z.enum(TRANSCRIPT_FORMATS).default('json'),
  language: z.string().max(20).optional(),
  prompt: z.string().optional(),
  temperature: z.coerce.number().min(0).max(1).optional(),
  timestamp_granularities: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.enum(GRANULARITIES)).min(1))
    .optional(),
  stream: flag,
  user,
  safety_identifier: user,
});

/**
 * Reads a body.
 * @throws InvalidRequest with every fault at its JSON pointer
 */
export function parseRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw InvalidRequest({
    detail: 'Mend the parameters.',
    errors: parsed.error.issues.flatMap((issue) => toFieldErrors(issue, [''])),
  });
}

/** @throws InvalidRequest always */
export function missing(parameter: string, message: string): never {
  throw InvalidRequest({
    detail: 'Mend the parameters.',
    errors: [{ pointer: `/${parameter}`, code: 'missing_required_parameter', message }],
  });
}

/** @throws InvalidRequest always: what nobody here can do is not ignored. */
export function unsupported(parameter: string, message: string): never {
  throw InvalidRequest({
    detail: 'Leave the parameter out, or choose another model.',
    errors: [{ pointer: `/${parameter}`, code: 'unsupported_parameter', message }],
  });
}
