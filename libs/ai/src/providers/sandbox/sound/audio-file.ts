import { seededRandom } from '../random.js';
import type { AudioRequest, RenderedAudio } from '../media-requests.js';
import { makeEffect } from './effects.js';
import { master } from './master.js';
import { mp3File } from './mp3.js';
import { compose } from './music.js';
import { speak } from './speech.js';
import { sampleRate } from './waves.js';
import type { Sound } from './waves.js';
import { wavFile } from './wav.js';

const musicSeconds = 12;
const effectSeconds = 3;

/** Synthesizes and encodes one sound. Computes for a while: runs in a render thread. */
export async function renderAudioFile(request: AudioRequest): Promise<RenderedAudio> {
  const sound = master(synthesize(request));
  const durationMs = Math.round((sound.left.length / sampleRate) * 1000);
  if (request.format === 'wav') return { bytes: wavFile(sound), mimeType: 'audio/wav', durationMs };
  return { bytes: await mp3File(sound), mimeType: 'audio/mpeg', durationMs };
}

function synthesize({ kind, text, seed, voice, seconds }: AudioRequest): Sound {
  const random = seededRandom(`${kind}\u0000${seed}\u0000${text}`);
  if (kind === 'music') return compose(text, random, seconds ?? musicSeconds);
  if (kind === 'sound-effect') return makeEffect(text, random, seconds ?? effectSeconds);
  return speak(text, random, { voice, seconds });
}
