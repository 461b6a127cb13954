import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Bookmark, Users } from 'lucide-react';
import { deletePreset, type PresetDto, updatePreset } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { libraryKey, presetsQuery } from '../api/queries.js';
import { LoadFailure } from '../components/load-failure.js';
import { EmptyState } from '../components/empty-state.js';
import { notify } from '../components/notices.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { ModelName } from '../create/generation-card.js';
import { promptOf, withoutPrompt } from '../create/generations.js';
import { labelOf, optionLabel } from '../create/input-control.js';
import { applyPreset } from '../create/preset-menu.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { DeleteButton } from './delete-button.js';
import { ListSkeleton } from './list-skeleton.js';

/** Settings that were worth keeping, mine and those shared with me. */
export function Presets() {
  const t = useMessages();
  const { organization, can } = useWorkspace();
  const { data: presets, error, refetch } = useQuery(presetsQuery(organization.id));
  if (!presets && error) return <LoadFailure error={error} onRetry={() => void refetch()} />;
  if (!presets) return <ListSkeleton />;
  if (presets.length === 0) {
    return (
      <EmptyState icon={Bookmark} title={t('preset.noneTitle')} text={t('preset.noneText')}>
        {can('jobs:create') ? (
          <Link to="/" className={buttonStyle({ variant: 'primary' })}>
            {t('gallery.emptyAction')}
          </Link>
        ) : null}
      </EmptyState>
    );
  }
  return (
    <ul className="grid grid-cols-1 gap-4 px-4 py-6 sm:px-6 md:grid-cols-2 xl:grid-cols-3">
      {presets.map((preset) => (
        <li key={preset.id}>
          <PresetCard preset={preset} />
        </li>
      ))}
    </ul>
  );
}

function PresetCard({ preset }: { preset: PresetDto }) {
  const t = useMessages();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { organization, client, can } = useWorkspace();
  const path = { presetId: preset.id };
  const settled = {
    onError: (error: unknown) => notify(describeProblem(t, error), { tone: 'bad' as const }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: libraryKey(organization.id, 'presets') }),
  };
  const removal = useMutation({ mutationFn: () => deletePreset({ client, path, throwOnError: true }), ...settled });
  const sharing = useMutation({
    mutationFn: (shared: boolean) => updatePreset({ client, path, body: { shared }, throwOnError: true }),
    ...settled,
  });
  const settings = Object.entries(withoutPrompt(preset.input)).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  const prompt = promptOf(preset.input);
  const mayManage = can('studio:manage');
  return (
    <article className="flex h-full flex-col gap-3 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-3">
        <div className="min-w-0">
          <h2 className="truncate font-medium">{preset.name}</h2>
          <p className="text-sm text-muted">
            <ModelName id={preset.model} />
          </p>
        </div>
        {preset.shared ? (
          <span className="flex shrink-0 items-center gap-1.5 text-xs text-muted">
            <Users className="size-3.5" aria-hidden />
            {t('preset.shared')}
          </span>
        ) : null}
      </div>
      {prompt ? <p className="line-clamp-2 text-sm text-pretty">{prompt}</p> : null}
      {settings.length > 0 ? (
        <dl className="flex flex-wrap gap-1.5 text-xs">
          {settings.map(([name, value]) => (
            <div key={name} className="flex gap-1.5 rounded-md bg-sunken px-2 py-1">
              <dt className="text-muted">{labelOf(t, name)}</dt>
              <dd className="tabular-nums">{optionLabel(t, name, String(value))}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <div className="mt-auto flex flex-wrap items-center gap-1 pt-1">
        {can('jobs:create') ? (
          <Button
            size="sm"
            onClick={() => {
              applyPreset(organization.id, preset);
              void navigate({ to: '/' });
            }}
          >
            {t('preset.apply')}
          </Button>
        ) : null}
        {mayManage ? (
          <>
            <Button size="sm" variant="quiet" onClick={() => sharing.mutate(!preset.shared)}>
              {t(preset.shared ? 'preset.makePrivate' : 'preset.makeShared')}
            </Button>
            <DeleteButton
              name={preset.name}
              label={t('preset.delete', { name: preset.name })}
              text={t('preset.deleteText')}
              variant="quiet"
              className="ml-auto"
              disabled={removal.isPending}
              onDelete={() => removal.mutate()}
            />
          </>
        ) : null}
      </div>
    </article>
  );
}
