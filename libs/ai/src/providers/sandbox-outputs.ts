import { createHash } from 'node:crypto';
import { countCharacters, inputText } from '../inputs/input-text.js';
import type { GenerationRequest, ProviderOutput, ProviderUsage } from './provider.js';
import {
  type RenderedImage,
  renderSandboxAudio,
  renderSandboxCutOut,
  renderSandboxEdit,
  renderSandboxExpansion,
  renderSandboxImage,
  renderSandboxUpscale,
  renderSandboxVideo,
  transcriptOfNobody,
} from './sandbox/index.js';
import { minutesOf, transcriptOutput } from './transcript.js';

/** What was made, and how much of what the catalogue prices: images, seconds, characters, minutes. */
interface Made {
  outputs: ProviderOutput[];
  quantities: ProviderUsage['quantities'];
}

type PictureFormat = 'png' | 'webp' | 'jpeg';

/**
 * Makes the files of a request: from the files it refers to, where the model works on such; else, and for every model that
 * a test key runs here, from the words alone.
 * @throws RangeError for more than the sandbox draws
 */
export async function makeSandboxOutputs(request: GenerationRequest): Promise<Made> {
  if (request.ability === 'transcription') return transcribe(request);
  const retouch = request.files['image'] && RETOUCHES[request.ability];
  const outputs = await (retouch ?? OUTPUTS[request.type])(request);
  return { outputs, quantities: { output: unitsOf(request, outputs) } };
}

const RETOUCHES: Partial<Record<string, (request: GenerationRequest) => Promise<ProviderOutput[]>>> = {
  'image-edit': (request) =>
    variants(request, (seed) => {
      const pictures = [pictureOf(request), ...filesOf(request, 'image').slice(1)] as const;
      const [mask] = filesOf(request, 'mask');
      return renderSandboxEdit({ prompt: inputText(request.input), seed, pictures, mask, format: formatOf(request) });
    }),
  'image-expansion': (request) =>
    variants(request, (seed) => {
      const side = (name: string) => Number(request.input[name] ?? 0);
      const margins = { left: side('left'), right: side('right'), top: side('top'), bottom: side('bottom') };
      const [format, prompt] = [formatOf(request), inputText(request.input)];
      return renderSandboxExpansion({ prompt, seed, picture: pictureOf(request), margins, format });
    }),
  'image-upscale': async (request) => {
    const factor = request.input['scale'] === '4x' ? 4 : 2;
    return [outputOf(await renderSandboxUpscale({ picture: pictureOf(request), factor, format: formatOf(request) }))];
  },
  'background-removal': async (request) => {
    const format = formatOf(request) === 'webp' ? 'webp' : 'png';
    return [outputOf(await renderSandboxCutOut({ picture: pictureOf(request), format }))];
  },
};

const OUTPUTS: Record<GenerationRequest['type'], (request: GenerationRequest) => Promise<ProviderOutput[]>> = {
  image: (request) => {
    const frame = { ...sizeOf(request, 1024, 1024), format: formatOf(request) };
    return variants(request, (seed) => renderSandboxImage({ prompt: inputText(request.input), seed, ...frame }));
  },
  video: async (request) => {
    const seed = seedOf(request);
    const video = await renderSandboxVideo({
      prompt: inputText(request.input),
      seed,
      firstFrame: filesOf(request, 'image')[0],
      ...sizeOf(request, 640, 360),
      seconds: Number(request.input['duration'] ?? 4),
    });
    return [{ ...video, body: video.bytes, seed: BigInt(seed) }];
  },
  audio: async (request) => {
    const seed = seedOf(request);
    const audio = await renderSandboxAudio({
      text: inputText(request.input),
      seed,
      voice: request.input['voice'] as string | undefined,
      kind: (request.input['kind'] ?? 'speech') as 'speech' | 'sound-effect' | 'music',
      // Models call it by either name; what else they make, the sandbox does not.
      format: [request.input['output_format'], request.input['response_format']].includes('wav') ? 'wav' : 'mp3',
    });
    return [{ ...audio, body: audio.bytes, seed: BigInt(seed) }];
  },
};

/** The sandbox listens to nobody. */
function transcribe(request: GenerationRequest): Made {
  const language = request.input['language'] === 'pt' ? 'pt' : 'en';
  const [recording] = request.files['audio'] ?? [];
  const output = transcriptOutput(transcriptOfNobody(language, recording));
  return { outputs: [output], quantities: recording ? { input: minutesOf(request) } : {} };
}

/** As many pictures as were asked for, each by a seed of its own. */
async function variants(
  request: GenerationRequest,
  make: (seed: number) => Promise<RenderedImage>,
): Promise<ProviderOutput[]> {
  const outputs: ProviderOutput[] = [];
  for (let index = 0; index < Number(request.input['n'] ?? 1); index++) {
    const seed = (seedOf(request) + index) % 2 ** 32;
    outputs.push({ ...outputOf(await make(seed)), seed: BigInt(seed) });
  }
  return outputs;
}

function outputOf({ bytes, mimeType, width, height }: RenderedImage): ProviderOutput {
  return { mimeType, body: bytes, width, height };
}

function unitsOf(request: GenerationRequest, outputs: ProviderOutput[]): bigint {
  switch (request.type) {
    case 'image':
      return BigInt(outputs.length);
    case 'video':
      return BigInt(Math.ceil((outputs[0]?.durationMs ?? 0) / 1000));
    case 'audio':
      return countCharacters(inputText(request.input));
  }
}

function filesOf(request: GenerationRequest, field: string): Buffer[] {
  return (request.files[field] ?? []).map(({ bytes }) => bytes);
}

function pictureOf(request: GenerationRequest): Buffer {
  const [picture] = filesOf(request, 'image');
  if (!picture) throw new RangeError('image needs a picture');
  return picture;
}

function formatOf(request: GenerationRequest): PictureFormat {
  const asked = request.input['output_format'];
  // Models call JPEG by either name.
  return (asked === 'jpg' ? 'jpeg' : (asked ?? 'png')) as PictureFormat;
}

function sizeOf(request: GenerationRequest, width: number, height: number): { width: number; height: number } {
  const match = /^(\d+)x(\d+)$/.exec(request.input['size'] as string);
  return match ? { width: Number(match[1]), height: Number(match[2]) } : { width, height };
}

/** Without a seed of the request, one from the job's id: a repeated run makes the same file. */
function seedOf(request: GenerationRequest): number {
  const asked = request.input['seed'];
  return typeof asked === 'number' ? asked : createHash('sha256').update(request.jobId).digest().readUInt32BE();
}
