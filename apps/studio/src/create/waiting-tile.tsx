import type { JobDto } from '#sdk';
import { useMessages } from '../i18n/use-messages.js';

interface WaitingTileProps {
  type: JobDto['type'];
  ratio: number;
  status: JobDto['status'] | 'sending';
  progress: number;
  /** Among the waiting ones, from 1. */
  position: number | undefined;
}

/** Keeps the place of what is being made, in its shape. */
export function WaitingTile({ type, ratio, status, progress, position }: WaitingTileProps) {
  const t = useMessages();
  const isAudio = type === 'audio';
  const text =
    status === 'processing'
      ? progress > 0
        ? t('job.progress', { progress })
        : t('job.processing')
      : status === 'awaiting_funds'
        ? t('job.awaitingFunds')
        : position && position > 1
          ? t('job.position', { position })
          : t('job.queued');
  return (
    <div
      className="relative overflow-hidden rounded-lg bg-sunken"
      style={isAudio ? { height: '4.5rem' } : { aspectRatio: ratio }}
    >
      <div
        aria-hidden
        className="absolute inset-0 animate-sheen bg-gradient-to-r from-transparent via-ink/6 to-transparent"
      />
      <p className="absolute inset-x-0 bottom-0 px-3.5 pb-3 text-sm text-muted tabular-nums">{text}</p>
      <div aria-hidden className="absolute inset-x-0 bottom-0 h-0.5">
        <div
          className="h-full bg-accent transition-[width] duration-500 ease-calm"
          style={{ width: `${status === 'processing' ? Math.max(4, progress) : 0}%` }}
        />
      </div>
    </div>
  );
}
