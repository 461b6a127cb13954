import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { copyText } from '../state/clipboard.js';
import type { MediaFile } from './media-file.js';

interface TranscriptProps {
  file: Pick<MediaFile, 'url'>;
  className?: string;
}

/** What was said, as text: read from the file that a transcription makes. */
export default function Transcript({ file, className = '' }: TranscriptProps) {
  const t = useMessages();
  const { data: text, isError } = useTranscript(file);
  if (isError) return <p className={`text-muted ${className}`}>{t('transcript.unreadable')}</p>;
  if (text === undefined) return <Skeleton className="h-10 w-full" />;
  return <p className={`text-pretty break-words ${className}`}>{text}</p>;
}

/** The whole of it, to read and to take along. */
export function TranscriptReader({ file }: TranscriptProps) {
  const t = useMessages();
  const { data: text } = useTranscript(file);
  const copy = async () => {
    await copyText(text ?? '');
    notify(t('action.copied'));
  };
  return (
    <section
      aria-label={t('transcript.title')}
      className="flex max-h-full w-full max-w-2xl flex-col gap-4 rounded-lg border border-line bg-surface p-5"
    >
      {/* Long texts are scrolled by keys as well. */}
      <div tabIndex={0} className="scroll-quiet min-h-0 overflow-y-auto rounded-sm">
        <Transcript file={file} className="leading-relaxed" />
      </div>
      <Button size="sm" className="self-start" disabled={text === undefined} onClick={() => void copy()}>
        <Copy aria-hidden />
        {t('transcript.copy')}
      </Button>
    </section>
  );
}

function useTranscript({ url }: TranscriptProps['file']) {
  return useQuery({
    // A link is signed anew each time; what it leads to never changes.
    queryKey: ['transcript', new URL(url).pathname],
    queryFn: async ({ signal }) => {
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(`The file answers ${response.status}`);
      return ((await response.json()) as { text: string }).text;
    },
    staleTime: Number.POSITIVE_INFINITY,
    // A bucket that lets no page read its files will not at the next try either.
    retry: false,
  });
}
