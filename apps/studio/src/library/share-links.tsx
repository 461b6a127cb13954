import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Copy, ExternalLink, LinkIcon } from 'lucide-react';
import { revokeShareLink, type ShareLinkDto } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { libraryKey, shareLinksQuery } from '../api/queries.js';
import { AskFirst } from '../components/ask-first.js';
import { LoadFailure } from '../components/load-failure.js';
import { EmptyState } from '../components/empty-state.js';
import { MoreButton } from '../components/more-button.js';
import { notify } from '../components/notices.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { copyText } from '../state/clipboard.js';
import { ListSkeleton } from './list-skeleton.js';

/** What was shown to people outside, how often it was looked at, and how to end it. */
export function ShareLinks() {
  const t = useMessages();
  const { organization } = useWorkspace();
  const links = useInfiniteQuery(shareLinksQuery(organization.id));
  const all = links.data?.pages.flatMap(({ data }) => data);
  if (!all && links.error) return <LoadFailure error={links.error} onRetry={() => void links.refetch()} />;
  if (!all) return <ListSkeleton />;
  if (all.length === 0) {
    return (
      <EmptyState icon={LinkIcon} title={t('share.noneTitle')} text={t('share.noneText')}>
        <Link to="/gallery" className={buttonStyle({})}>
          {t('project.fromGallery')}
        </Link>
      </EmptyState>
    );
  }
  return (
    <div className="px-4 py-6 sm:px-6">
      <ul className="overflow-hidden rounded-lg border border-line bg-surface">
        {all.map((link) => (
          <li key={link.id} className="border-b border-line last:border-0">
            <LinkRow link={link} />
          </li>
        ))}
      </ul>
      <MoreButton list={links} className="mt-4" />
    </div>
  );
}

function LinkRow({ link }: { link: ShareLinkDto }) {
  const t = useMessages();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const { organization, client, can } = useWorkspace();
  const revocation = useMutation({
    mutationFn: () => revokeShareLink({ client, path: { shareLinkId: link.id }, throwOnError: true }),
    onSuccess: () => notify(t('share.revoked')),
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: libraryKey(organization.id, 'share-links') }),
  });
  const copy = async () => {
    await copyText(link.url);
    notify(t('action.copied'));
  };
  const state = link.isOpen
    ? link.expiresAt
      ? t('share.openUntil', { when: formats.dateTime(link.expiresAt) })
      : t('share.isOpen')
    : t(link.revokedAt ? 'share.isRevoked' : 'share.isOver');
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3.5">
      <div className="min-w-0 flex-1 basis-60">
        <h2 className={`truncate font-medium ${link.isOpen ? '' : 'text-muted'}`}>
          {link.title || t('share.untitled')}
        </h2>
        <p className="text-sm text-muted tabular-nums">
          {[
            t('project.count', { count: link.itemCount, shown: formats.number(link.itemCount) }),
            t('share.views', { count: link.views, shown: formats.number(link.views) }),
            state,
          ].join(' · ')}
        </p>
      </div>
      {link.isOpen ? (
        <div className="flex items-center gap-1">
          <Button size="sm" onClick={() => void copy()}>
            <Copy aria-hidden />
            {t('share.copy')}
          </Button>
          <a
            href={link.url}
            target="_blank"
            rel="noreferrer"
            aria-label={t('share.open')}
            title={t('share.open')}
            className={buttonStyle({ variant: 'quiet', size: 'iconSm' })}
          >
            <ExternalLink />
          </a>
          {can('studio:manage') ? (
            <AskFirst
              title={t('share.revokeTitle')}
              text={t('share.revokeText')}
              action={t('share.revoke')}
              onConfirm={() => revocation.mutate()}
            >
              {(ask) => (
                <Button size="sm" variant="quiet" disabled={revocation.isPending} onClick={ask}>
                  {t('share.revoke')}
                </Button>
              )}
            </AskFirst>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
