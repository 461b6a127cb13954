import type { Transcript } from '../providers/transcript.js';

export const TRANSCRIPT_FORMATS = ['json', 'text', 'verbose_json', 'srt', 'vtt'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

/** Formats that say when something was said. */
export const TIMED_FORMATS: readonly TranscriptFormat[] = ['verbose_json', 'srt', 'vtt'];

/** What `verbose_json` tells the times of. */
export const GRANULARITIES = ['word', 'segment'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

type Word = NonNullable<Transcript['words']>[number];

/** A line of subtitles, seconds from the beginning. */
interface Cue {
  start: number;
  end: number;
  text: string;
}

/** What is read at a glance: two lines of 42 characters, for seven seconds at most (Netflix Timed Text Style Guide). */
const CUE_CHARACTERS = 84;
const CUE_SECONDS = 7;
const ENDS_A_SENTENCE = /[.!?…]["'”’)]?$/;

/** How a transcript is asked for. */
interface Asked {
  format: TranscriptFormat;
  granularities: readonly Granularity[];
  /** Of the recording. */
  durationSeconds: number;
}

/** A transcript in one of OpenAI's formats. What nobody told is left out. */
export function transcriptAnswer(
  transcript: Transcript,
  { format, granularities, durationSeconds }: Asked,
): { contentType: string; body: string } {
  const { text, language, words } = transcript;
  switch (format) {
    case 'json':
      return json({ text });
    case 'text':
      return { contentType: 'text/plain; charset=utf-8', body: `${text}\n` };
    case 'verbose_json':
      return json({
        task: 'transcribe',
        language,
        duration: durationSeconds,
        text,
        ...(granularities.includes('word') && {
          words: words?.map(({ text: word, start, end }) => ({ word, start, end })),
        }),
        ...(granularities.includes('segment') && {
          segments: transcript.segments ?? cuesOf(words).map((cue, id) => ({ id, ...cue })),
        }),
      });
    case 'srt':
      return { contentType: 'application/x-subrip; charset=utf-8', body: subtitles(transcript, ',', true) };
    case 'vtt':
      return { contentType: 'text/vtt; charset=utf-8', body: `WEBVTT\n\n${subtitles(transcript, '.', false)}` };
  }
}

function json(body: object) {
  return { contentType: 'application/json', body: JSON.stringify(body) };
}

/** SubRip counts its cues and has a comma in its times; WebVTT has neither. */
function subtitles({ words, segments }: Transcript, point: string, counted: boolean): string {
  return (segments ?? cuesOf(words))
    .map(({ start, end, text }, index) => {
      const times = `${timeOf(start, point)} --> ${timeOf(end, point)}`;
      return `${counted ? `${index + 1}\n` : ''}${times}\n${text.trim()}\n\n`;
    })
    .join('');
}

function cuesOf(words: Word[] = []): Cue[] {
  const cues: Cue[] = [];
  for (const { text, start, end } of words) {
    const last = cues.at(-1);
    const fits = last && last.text.length + 1 + text.length <= CUE_CHARACTERS && end - last.start <= CUE_SECONDS;
    if (last && fits && !ENDS_A_SENTENCE.test(last.text)) Object.assign(last, { end, text: `${last.text} ${text}` });
    else cues.push({ start, end, text });
  }
  return cues;
}

/** `00:01:02,345` */
function timeOf(seconds: number, point: string): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const [hours, minutes, rest] = [
    Math.floor(milliseconds / 3_600_000),
    Math.floor(milliseconds / 60_000) % 60,
    Math.floor(milliseconds / 1000) % 60,
  ];
  return `${part(hours)}:${part(minutes)}:${part(rest)}${point}${part(milliseconds % 1000, 3)}`;
}
