import { Link, Outlet } from '@tanstack/react-router';
import { ChartNoAxesColumn, Images, Sparkles } from 'lucide-react';
import { JobFeed } from '../api/job-feed.js';
import type { MessageId } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { BrandMark } from './brand-mark.js';
import { ConnectionNotice } from './connection-notice.js';
import { CreditBalance } from './credit-balance.js';
import { OrganizationSwitcher } from './organization-switcher.js';
import { PersonMenu } from './person-menu.js';
import { ShellSkeleton } from './shell-skeleton.js';
import { WorkspaceProvider } from './workspace.js';

interface Room {
  to: '/' | '/gallery' | '/usage';
  label: MessageId;
  icon: typeof Sparkles;
}

/** The rooms of a creator. The organization's and the operators' come here with their first page. */
const ROOMS: readonly Room[] = [
  { to: '/', label: 'nav.create', icon: Sparkles },
  { to: '/gallery', label: 'nav.gallery', icon: Images },
  { to: '/usage', label: 'nav.usage', icon: ChartNoAxesColumn },
];

/** Everything around a page: where one is, for whom one works, what is left to spend. */
export function AppShell() {
  const t = useMessages();
  return (
    <WorkspaceProvider fallback={<ShellSkeleton />}>
      <JobFeed />
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-ink px-4 py-2 text-on-ink focus:translate-y-0"
      >
        {t('nav.skip')}
      </a>
      <div className="flex min-h-dvh flex-col lg:h-dvh lg:overflow-hidden">
        <header className="sticky top-0 z-30 flex h-14 shrink-0 items-center gap-2 border-b border-line bg-canvas/85 px-3 backdrop-blur-xl sm:px-4">
          <Link to="/" aria-label={t('nav.home')} className="rounded-md p-1">
            <BrandMark />
          </Link>
          <span aria-hidden className="h-5 w-px rotate-12 bg-line-strong" />
          <OrganizationSwitcher />
          <nav aria-label={t('nav.rooms')} className="mx-auto hidden gap-1 lg:flex">
            {ROOMS.map((room) => (
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
          <div className="ml-auto flex items-center gap-1.5 lg:ml-0">
            <CreditBalance />
            <PersonMenu />
          </div>
        </header>
        <ConnectionNotice />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 pb-16 outline-none lg:pb-0">
          <Outlet />
        </main>
        <nav
          aria-label={t('nav.rooms')}
          className="fixed inset-x-0 bottom-0 z-30 grid h-16 grid-cols-3 border-t border-line bg-surface/90 pb-[env(safe-area-inset-bottom)] backdrop-blur-xl lg:hidden"
        >
          {ROOMS.map((room) => (
            <Link
              key={room.to}
              to={room.to}
              activeOptions={{ exact: room.to === '/', includeSearch: false }}
              className="flex flex-col items-center justify-center gap-1 text-xs text-muted data-[status=active]:font-medium data-[status=active]:text-ink"
            >
              <room.icon className="size-5" aria-hidden />
              {t(room.label)}
            </Link>
          ))}
        </nav>
      </div>
    </WorkspaceProvider>
  );
}
