import { useMutation } from '@tanstack/react-query';
import { LoaderCircle, WandSparkles } from 'lucide-react';
import { enhancePrompt } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaType } from '../media/media-type.js';
import { useWorkspace } from '../shell/workspace.js';
import { diffWords } from './word-diff.js';

interface EnhancementProps {
  prompt: string;
  type: MediaType;
  onChange: (prompt: string) => void;
}

/** What a text model would make of the description, shown before it takes its place; and the way back. */
export function useEnhancement({ prompt, type, onChange }: EnhancementProps) {
  const t = useMessages();
  const { client } = useWorkspace();
  const asking = useMutation({
    mutationFn: async (asked: string) =>
      (await enhancePrompt({ client, body: { prompt: asked, type }, throwOnError: true })).data,
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
    onSuccess: ({ changes }) => {
      if (changes.length === 0) notify(t('enhance.nothing'));
    },
  });
  // Written on meanwhile: what was proposed is about another text.
  const proposal =
    asking.data && asking.data.changes.length > 0 && asking.variables === prompt.trim() ? asking.data : undefined;
  const button = (
    <Button
      variant="quiet"
      size="sm"
      disabled={prompt.trim() === '' || asking.isPending}
      title={t('enhance.title')}
      onClick={() => asking.mutate(prompt.trim())}
    >
      {asking.isPending ? <LoaderCircle className="animate-spin" aria-hidden /> : <WandSparkles aria-hidden />}
      {t('create.enhance')}
    </Button>
  );
  const panel = proposal ? (
    <section
      aria-label={t('enhance.title')}
      className="flex animate-arrive flex-col gap-3 rounded-lg border border-line bg-surface p-3.5"
    >
      <h3 className="flex items-center gap-2 text-sm font-medium">
        {t('enhance.proposal')}
        {proposal.source === 'sandbox' ? (
          <span className="rounded-md bg-sunken px-1.5 py-0.5 text-xs font-normal text-muted">
            {t('enhance.sandbox')}
          </span>
        ) : null}
      </h3>
      <p className="text-base text-pretty">
        {diffWords(proposal.original, proposal.enhanced).map((part, index) => {
          if (part.kind === 'same') return <span key={index}>{part.text}</span>;
          return part.kind === 'added' ? (
            <ins key={index} className="rounded-sm bg-accent-soft text-accent-ink no-underline">
              {part.text}
            </ins>
          ) : (
            <del key={index} className="text-muted">
              {part.text}
            </del>
          );
        })}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          size="sm"
          onClick={() => {
            onChange(proposal.enhanced);
            asking.reset();
            notify(t('enhance.done'), { action: { label: t('action.undo'), run: () => onChange(proposal.original) } });
          }}
        >
          {t('enhance.use')}
        </Button>
        <Button variant="quiet" size="sm" onClick={() => asking.reset()}>
          {t('enhance.discard')}
        </Button>
      </div>
    </section>
  ) : null;
  return { button, panel };
}
