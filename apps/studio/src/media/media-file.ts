import type { GenerationDto, JobDto, JobOutputDto } from '#sdk';
import { promptOf } from '../create/generations.js';
import { ratioOfInput } from '../create/shapes.js';
import type { MediaType } from './media-type.js';
import type { Sight } from './picture.js';

/** A generated file as it is shown, whether it came with its job or from the gallery. */
export interface MediaFile extends Sight {
  id: string;
  jobId: string;
  type: MediaType;
  model: string;
  prompt: string;
  mimeType: string;
  bytes: number;
  /** The loudness of its parts, 0 to 100; of sounds. */
  peaks: readonly number[] | null;
  /** Width over height, known before the file is loaded. */
  ratio: number;
  durationMs: number | null;
  seed: number | null;
  /** What its job was charged, for all of its files. */
  creditsCharged: number;
  /** What was given back of that since. */
  creditsRefunded: number;
  createdAt: string;
  isFavorite: boolean;
  project: { id: string; name: string } | null;
  member: { id: string; name: string } | null;
  /** In the bin: it can be taken out until then. */
  restorableUntil: string | null;
}

/** A text that was made of a sound: a file of the kind, and nothing to listen to. */
export const isTranscript = ({ mimeType }: Pick<MediaFile, 'mimeType'>): boolean => mimeType === 'application/json';

/** The card of a sound among pictures. */
const AUDIO_RATIO = 1.6;

interface Shape {
  type: MediaType;
  width: number | null;
  height: number | null;
}

function ratioOf({ type, width, height }: Shape): number | undefined {
  if (type === 'audio') return AUDIO_RATIO;
  return width && height ? width / height : undefined;
}

/** A file of the gallery. */
export function fileOfGeneration(generation: GenerationDto): MediaFile {
  return { ...generation, prompt: generation.prompt ?? '', ratio: ratioOf(generation) ?? 1 };
}

/** A file of a job, as far as the job tells of it. */
export function fileOfJob(job: JobDto, output: JobOutputDto): MediaFile {
  return {
    ...output,
    jobId: job.id,
    type: job.type,
    model: job.model,
    prompt: promptOf(job.input),
    ratio: ratioOf({ ...output, type: job.type }) ?? ratioOfInput(job.input) ?? 1,
    creditsCharged: job.credits.charged ?? 0,
    creditsRefunded: job.credits.refunded,
    createdAt: job.createdAt,
    isFavorite: false,
    project: null,
    member: null,
    restorableUntil: null,
  };
}
