import type { ModelDefinition } from './model.js';
import { shapeOf, Translation } from './translation.js';

const TEXTS = ['text', 'input', 'prompt'];
const VOICES = ['voice', 'voice_id'];
const LENGTHS = ['duration_seconds', 'music_length_seconds', 'music_length_ms'];

/** OpenAI's parameters of a picture that models know by other names. Everything else goes to the model as it is. */
export interface PictureParameters {
  prompt?: string;
  n?: number;
  /** `1024x1024`, or `auto`. */
  size?: string;
  quality?: string;
}

/**
 * Says the parameters of a picture in the model's own words: size becomes its size, its width and height, or the ratio
 * it knows of the same shape.
 * @param further the request's other parameters, as the model takes them
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function pictureInput(
  model: ModelDefinition,
  { prompt, n, size, quality }: PictureParameters,
  further: Readonly<Record<string, unknown>>,
): Translation {
  const translation = new Translation(model);
  if (prompt !== undefined) translation.set('prompt', prompt);
  if (n !== undefined) translation.setCount(n);
  if (size !== undefined && size !== 'auto') translation.setSize(size);
  if (quality !== undefined && quality !== 'auto') translation.setQuality(quality);
  for (const [name, value] of Object.entries(further)) translation.set(name, value);
  return translation;
}

/** What an edit is made from: ids of assets, or addresses. */
export interface EditFiles {
  pictures: string[];
  /** What the caller calls the pictures. */
  name?: string;
  mask?: string;
}

/**
 * The same for an edit: the pictures go where the model takes its references.
 * @throws InvalidRequest also for more pictures than the model takes, and for a mask that it has no place for
 */
export function editInput(
  model: ModelDefinition,
  { pictures, name, mask }: EditFiles,
  parameters: PictureParameters,
  further: Readonly<Record<string, unknown>>,
): Translation {
  const translation = pictureInput(model, parameters, further);
  translation.setPictures(pictures, name);
  if (mask !== undefined) translation.set('mask', mask);
  return translation;
}

/** OpenAI's parameters of a transcription that models know by other names. */
export interface TranscriptionParameters {
  /** Its asset. */
  recording: string;
  language?: string;
  prompt?: string;
}

/**
 * Says the parameters of a transcription in the model's own words.
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function transcriptionInput(
  model: ModelDefinition,
  { recording, language, prompt }: TranscriptionParameters,
  further: Readonly<Record<string, unknown>>,
): Translation {
  const translation = new Translation(model);
  translation.setAs('file', 'audio', recording);
  if (language !== undefined) {
    translation.setAs('language', translation.knows('language_code') ? 'language_code' : 'language', language);
  }
  if (prompt !== undefined && prompt !== '') translation.set('prompt', prompt);
  for (const [name, value] of Object.entries(further)) translation.set(name, value);
  return translation;
}

/** OpenAI's parameters of speech that models know by other names. */
export interface SpeechParameters {
  input: string;
  voice?: string;
  response_format?: string;
}

/**
 * Says the parameters of speech in the model's own words.
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function speechInput(
  model: ModelDefinition,
  { input, voice, response_format: format }: SpeechParameters,
  further: Readonly<Record<string, unknown>>,
): Translation {
  const translation = new Translation(model);
  translation.setAs('input', translation.knows('text') ? 'text' : 'input', input);
  // Clients cannot leave it out; a model with one voice has nothing to choose.
  const field = VOICES.find((name) => translation.knows(name));
  if (voice !== undefined && field !== undefined) translation.setAs('voice', field, voice);
  if (format !== undefined) translation.setFormat(format);
  for (const [name, value] of Object.entries(further)) translation.set(name, value);
  return translation;
}

/** The parameters of a film that models know by other names. */
export interface FilmParameters {
  prompt?: string;
  /** The first picture. */
  image?: string;
  durationSeconds?: number;
  /** `16:9`. */
  aspectRatio?: string;
}

/**
 * Says the parameters of a film in the model's own words.
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function filmInput(
  model: ModelDefinition,
  { prompt, image, durationSeconds, aspectRatio }: FilmParameters,
): Translation {
  const translation = new Translation(model);
  if (prompt !== undefined) translation.set('prompt', prompt);
  if (image !== undefined) translation.setPictures([image]);
  if (durationSeconds !== undefined) translation.setAs('durationSeconds', 'duration', durationSeconds);
  if (aspectRatio !== undefined) translation.setShape('aspectRatio', shapeOf(aspectRatio) ?? NaN);
  return translation;
}

/** The parameters of a sound that models know by other names. */
export interface SoundParameters {
  text?: string;
  voice?: string;
  format?: string;
  durationSeconds?: number;
}

/**
 * Says the parameters of a sound in the model's own words.
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function soundInput(
  model: ModelDefinition,
  { text, voice, format, durationSeconds }: SoundParameters,
): Translation {
  const translation = new Translation(model);
  if (text !== undefined) translation.setAs('text', translation.firstKnown(TEXTS, 'text'), text);
  if (voice !== undefined) translation.setAs('voice', translation.firstKnown(VOICES, 'voice'), voice);
  if (format !== undefined) translation.setFormat(format, 'format');
  if (durationSeconds !== undefined) {
    const field = translation.firstKnown(LENGTHS, 'duration_seconds');
    translation.setAs('durationSeconds', field, field.endsWith('_ms') ? durationSeconds * 1000 : durationSeconds);
  }
  return translation;
}
