import { useQuery } from '@tanstack/react-query';
import { Palette, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { BrandKitDto } from '#sdk';
import { brandKitsQuery } from '../api/queries.js';
import { LoadFailure } from '../components/load-failure.js';
import { EmptyState } from '../components/empty-state.js';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { ListSkeleton } from './list-skeleton.js';

const BrandKitDialog = lazy(() => import('./brand-kit-dialog.js'));

/** How brands look and speak, ready to be added to a description. */
export function BrandKits() {
  const t = useMessages();
  const { organization, can } = useWorkspace();
  const { data: kits, error, refetch } = useQuery(brandKitsQuery(organization.id));
  const [opened, setOpened] = useState<BrandKitDto | 'new'>();
  const mayManage = can('studio:manage');
  if (!kits && error) return <LoadFailure error={error} onRetry={() => void refetch()} />;
  if (!kits) return <ListSkeleton />;
  const create = mayManage ? (
    <Button variant="primary" size={kits.length > 0 ? 'sm' : 'md'} onClick={() => setOpened('new')}>
      <Plus aria-hidden />
      {t('brand.new')}
    </Button>
  ) : null;
  return (
    <>
      {kits.length === 0 ? (
        <EmptyState icon={Palette} title={t('brand.noneTitle')} text={t('brand.noneText')}>
          {create}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-4 px-4 py-6 sm:px-6">
          <div className="self-end">{create}</div>
          <ul className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3">
            {kits.map((kit) => (
              <li key={kit.id}>
                <BrandCard kit={kit} onEdit={mayManage ? () => setOpened(kit) : undefined} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {opened ? (
        <Suspense>
          <BrandKitDialog kit={opened === 'new' ? undefined : opened} onClose={() => setOpened(undefined)} />
        </Suspense>
      ) : null}
    </>
  );
}

function BrandCard({ kit, onEdit }: { kit: BrandKitDto; onEdit: (() => void) | undefined }) {
  const t = useMessages();
  return (
    <article className="flex h-full flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <div aria-hidden className="flex h-16 bg-sunken">
        {kit.colors.map((color) => (
          <span key={color.value + color.name} className="flex-1" style={{ background: color.value }} />
        ))}
      </div>
      <div className="flex flex-1 flex-col gap-3 p-4">
        <div className="flex items-center justify-between gap-3">
          <h2 className="truncate font-medium">{kit.name}</h2>
          {kit.logoUrl ? <img src={kit.logoUrl} alt={t('brand.logo')} className="h-7 max-w-24 object-contain" /> : null}
        </div>
        {kit.tone ? <p className="line-clamp-3 text-sm text-pretty text-muted">{kit.tone}</p> : null}
        {kit.keywords.length > 0 ? (
          <ul className="flex flex-wrap gap-1.5 text-xs">
            {kit.keywords.map((keyword) => (
              <li key={keyword} className="rounded-md bg-sunken px-2 py-1">
                {keyword}
              </li>
            ))}
          </ul>
        ) : null}
        {kit.fonts.length > 0 ? (
          <p className="text-sm text-muted">{kit.fonts.map(({ family }) => family).join(' · ')}</p>
        ) : null}
        {onEdit ? (
          <Button size="sm" className="mt-auto self-start" onClick={onEdit}>
            {t('brand.edit')}
          </Button>
        ) : null}
      </div>
    </article>
  );
}
