import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { galleryQuery, meQuery, modelsQuery, recentJobsQuery } from './api/queries.js';
import { queryClient } from './api/query-client.js';
import { session } from './api/session.js';
import { filtersOf, readGallerySearch } from './gallery/gallery-search.js';
import { LIBRARY_TABS, type LibraryTab } from './library/library-tabs.js';
import { AppShell } from './shell/app-shell.js';
import { NotFoundScreen } from './shell/not-found-screen.js';
import { FailureScreen } from './shell/failure-screen.js';
import { ShellSkeleton } from './shell/shell-skeleton.js';
import { organizationOf, usedHere } from './shell/workspace.js';
import { readUsageSearch } from './usage/usage-search.js';

/** Only a path of our own: an address from outside must not lead anywhere else after signing in. */
const ownPath = (value: unknown) => (typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined);

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundScreen });

const authRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'auth',
  component: lazyRouteComponent(() => import('./auth/auth-layout.js'), 'AuthLayout'),
});

export interface EntrySearch {
  next?: string | undefined;
}

const entrySearch = (search: Record<string, unknown>): EntrySearch => ({ next: ownPath(search['next']) });

/** Who is signed in has no business on the pages that lead in. */
function leaveWhenSignedIn({ search }: { search: EntrySearch }): void {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to redirect
  if (session.state === 'signed-in') throw redirect({ to: search.next ?? '/' });
}

const loginRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/login',
  validateSearch: entrySearch,
  beforeLoad: leaveWhenSignedIn,
  component: lazyRouteComponent(() => import('./auth/login-screen.js'), 'LoginScreen'),
});

const registerRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/register',
  validateSearch: entrySearch,
  beforeLoad: leaveWhenSignedIn,
  component: lazyRouteComponent(() => import('./auth/register-screen.js'), 'RegisterScreen'),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./auth/forgot-password-screen.js'), 'ForgotPasswordScreen'),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./auth/reset-password-screen.js'), 'ResetPasswordScreen'),
});

const verifyEmailRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('./auth/verify-email-screen.js'), 'VerifyEmailScreen'),
});

const confirmEmailRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./auth/confirm-email-screen.js'), 'ConfirmEmailScreen'),
});

const confirmRegistrationRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/confirm-registration',
  component: lazyRouteComponent(() => import('./auth/confirm-registration-screen.js'), 'ConfirmRegistrationScreen'),
});

const invitationRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./auth/invitation-screen.js'), 'InvitationScreen'),
});

/** For whoever has the link; nobody needs to be signed in. */
const sharedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/shared/$token',
  component: lazyRouteComponent(() => import('./shared/shared-screen.js'), 'SharedScreen'),
});

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: ({ location }) => {
    if (session.state === 'signed-in') return;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to redirect
    throw redirect({ to: '/login', search: { next: location.pathname === '/' ? undefined : location.href } });
  },
  loader: () => {
    queryClient.query(modelsQuery).catch(() => undefined);
    return queryClient.query({ ...meQuery, staleTime: 'static' });
  },
  pendingComponent: ShellSkeleton,
  // At once, and no longer than needed.
  pendingMs: 0,
  pendingMinMs: 0,
  errorComponent: FailureScreen,
  component: AppShell,
});

/**
 * Asks for what a page shows first as soon as it is known for whom, while the page is still being drawn. What is there
 * already is not asked for again (`static`): the page knows when that is due.
 */
function askAhead(ask: (organizationId: string) => Promise<unknown>): void {
  void queryClient
    .query({ ...meQuery, staleTime: 'static' })
    .then((me) => {
      const organization = organizationOf(me, usedHere());
      return organization && ask(organization.id);
    })
    // The page asks once more, unless it is too early for that, and tells what is wrong.
    .catch(() => undefined);
}

const createScreenRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  loader: () =>
    askAhead((organizationId) => queryClient.query({ ...recentJobsQuery(organizationId), staleTime: 'static' })),
  component: lazyRouteComponent(() => import('./create/create-screen.js'), 'CreateScreen'),
});

const galleryRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/gallery',
  validateSearch: readGallerySearch,
  loader: ({ location }) => {
    const filters = filtersOf(readGallerySearch(location.search));
    askAhead((organizationId) =>
      queryClient.infiniteQuery({ ...galleryQuery(organizationId, filters), staleTime: 'static' }),
    );
  },
  component: lazyRouteComponent(() => import('./gallery/gallery-screen.js'), 'GalleryScreen'),
});

const projectsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/projects',
  validateSearch: (search: Record<string, unknown>): { archived?: true | undefined } => ({
    archived: search['archived'] === true || undefined,
  }),
  component: lazyRouteComponent(() => import('./projects/projects-screen.js'), 'ProjectsScreen'),
});

const projectRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/projects/$projectId',
  validateSearch: readGallerySearch,
  component: lazyRouteComponent(() => import('./projects/project-screen.js'), 'ProjectScreen'),
});

const libraryRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/library',
  validateSearch: (search: Record<string, unknown>): { tab?: LibraryTab | undefined } => ({
    tab: LIBRARY_TABS.find((tab) => tab === search['tab']),
  }),
  component: lazyRouteComponent(() => import('./library/library-screen.js'), 'LibraryScreen'),
});

const usageRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/usage',
  validateSearch: readUsageSearch,
  component: lazyRouteComponent(() => import('./usage/usage-screen.js'), 'UsageScreen'),
});

/** Where mails about invoices and the payment service lead: the balance and its lines. */
const billingRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/billing',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to redirect
    throw redirect({ to: '/usage' });
  },
});

const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account-screen.js'), 'AccountScreen'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    authRoute.addChildren([
      loginRoute,
      registerRoute,
      forgotPasswordRoute,
      resetPasswordRoute,
      verifyEmailRoute,
      confirmEmailRoute,
      confirmRegistrationRoute,
      invitationRoute,
    ]),
    sharedRoute,
    appRoute.addChildren([
      createScreenRoute,
      galleryRoute,
      projectsRoute,
      projectRoute,
      libraryRoute,
      usageRoute,
      billingRoute,
      accountRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
