import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useState } from 'react';
import { JobFeed } from '../api/job-feed.js';
import { useMessages } from '../i18n/use-messages.js';
import { BrandMark } from './brand-mark.js';
import { ConnectionNotice } from './connection-notice.js';
import { CreditBalance } from './credit-balance.js';
import { OrganizationSwitcher } from './organization-switcher.js';
import { PersonMenu } from './person-menu.js';
import { openRooms } from './rooms.js';
import { ShellSkeleton } from './shell-skeleton.js';
import { useShortcuts } from './shortcuts.js';
import { useWorkspace, WorkspaceProvider } from './workspace.js';

const ShortcutsDialog = lazy(() => import('./shortcuts-dialog.js'));

/** Everything around a page: where one is, for whom one works, what is left to spend. */
export function AppShell() {
  // The router draws a page in one go. Deferred, the first one is drawn in slices, between which the browser answers.
  const isInTurn = useDeferredValue(true, false);
  const outline = <ShellSkeleton />;
  return (
    <WorkspaceProvider fallback={outline}>
      <JobFeed />
      {isInTurn ? <Shell /> : outline}
    </WorkspaceProvider>
  );
}

function Shell() {
  const t = useMessages();
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  const showShortcuts = useCallback(() => setShowsShortcuts(true), []);
  useShortcuts(showShortcuts);
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-ink px-4 py-2 text-on-ink focus:translate-y-0"
      >
        {t('nav.skip')}
      </a>
      <div className="flex min-h-dvh flex-col lg:h-dvh lg:overflow-hidden">
        <header className="@container sticky top-0 z-30 grid h-14 shrink-0 grid-cols-[minmax(0,1fr)_auto] items-center gap-2 border-b border-line bg-canvas/85 px-3 backdrop-blur-xl sm:px-4 lg:grid-cols-[1fr_auto_1fr]">
          <div className="flex min-w-0 items-center gap-2">
            <Link to="/" aria-label={t('nav.home')} className="shrink-0 rounded-md p-1 @max-3xs:hidden">
              <BrandMark />
            </Link>
            <span aria-hidden className="h-5 w-px shrink-0 rotate-12 bg-line-strong @max-3xs:hidden" />
            <OrganizationSwitcher />
          </div>
          <HeaderRooms />
          <div className="flex items-center justify-end gap-1.5">
            <CreditBalance />
            <PersonMenu onShortcuts={showShortcuts} />
          </div>
        </header>
        <ConnectionNotice />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 pb-16 outline-none lg:pb-0">
          <Outlet />
        </main>
        <BottomRooms />
      </div>
      {showsShortcuts ? (
        <Suspense>
          <ShortcutsDialog onClose={() => setShowsShortcuts(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function HeaderRooms() {
  const t = useMessages();
  return (
    <nav aria-label={t('nav.rooms')} className="hidden gap-1 lg:flex">
      {openRooms('studio', useWorkspace()).map((room) => (
        <Link
          key={room.to}
          to={room.to}
          activeOptions={{ exact: room.to === '/', includeSearch: false }}
          className="flex h-9 items-center gap-2 rounded-md px-3 text-base text-muted transition-colors duration-150 hover:text-ink data-[status=active]:bg-hover data-[status=active]:font-medium data-[status=active]:text-ink"
        >
          <room.icon className="size-4" aria-hidden />
          {t(room.label)}
        </Link>
      ))}
    </nav>
  );
}

/** On narrow screens, within the thumb's reach. */
function BottomRooms() {
  const t = useMessages();
  return (
    <nav
      aria-label={t('nav.rooms')}
      className="fixed inset-x-0 bottom-0 z-30 grid h-16 auto-cols-[minmax(0,1fr)] grid-flow-col border-t border-line bg-surface/90 pb-[env(safe-area-inset-bottom)] backdrop-blur-xl lg:hidden"
    >
      {openRooms('studio', useWorkspace()).map((room) => (
        <Link
          key={room.to}
          to={room.to}
          activeOptions={{ exact: room.to === '/', includeSearch: false }}
          className="flex flex-col items-center justify-center gap-1 text-xs text-muted data-[status=active]:font-medium data-[status=active]:text-ink"
        >
          <room.icon className="size-5" aria-hidden />
          <span className="max-w-full truncate">{t(room.label)}</span>
        </Link>
      ))}
    </nav>
  );
}
