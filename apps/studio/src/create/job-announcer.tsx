import { useEffect, useRef, useState } from 'react';
import type { JobDto } from '#sdk';
import { hasEnded } from '../api/job-states.js';
import { useMessages } from '../i18n/use-messages.js';
import { promptOf } from './generations.js';
import { failureSentence } from './job-failure.js';

const SPOKEN_LETTERS = 60;

/** Tells screen readers how jobs end; those who see see it. */
export function JobAnnouncer({ jobs }: { jobs: readonly JobDto[] }) {
  const t = useMessages();
  const running = useRef(new Set<string>());
  const [text, setText] = useState('');
  useEffect(() => {
    for (const job of jobs) {
      if (!hasEnded(job)) running.current.add(job.id);
      else if (running.current.delete(job.id)) {
        const prompt = promptOf(job.input).slice(0, SPOKEN_LETTERS);
        setText(job.status === 'succeeded' ? t('job.announceReady', { prompt }) : failureSentence(t, job));
      }
    }
  }, [jobs, t]);
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
