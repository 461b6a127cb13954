import { useEffect, useRef, useState } from 'react';
import type { JobDto } from '#sdk';
import { hasEnded } from '../api/job-states.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import { nameOf } from '../media/open-label.js';
import { promptOf } from './generations.js';
import { failureSentence } from './job-failure.js';

const SPOKEN_LETTERS = 60;

function endSentence(t: Translator, job: JobDto): string {
  if (job.status !== 'succeeded') return failureSentence(t, job);
  const prompt = nameOf(t, { type: job.type, prompt: promptOf(job.input) }).slice(0, SPOKEN_LETTERS);
  return t('job.announceReady', { prompt });
}

/** Tells screen readers how jobs end; those who see see it. */
export function JobAnnouncer({ jobs }: { jobs: readonly JobDto[] }) {
  const t = useMessages();
  const running = useRef(new Set<string>());
  const [text, setText] = useState('');
  useEffect(() => {
    for (const job of jobs) if (!hasEnded(job)) running.current.add(job.id);
    const ended = jobs.filter((job) => hasEnded(job) && running.current.delete(job.id));
    if (ended.length > 0) setText(ended.map((job) => endSentence(t, job)).join(' '));
  }, [jobs, t]);
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
