import './styles/app.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { startTransition, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { meQuery } from './api/queries.js';
import { queryClient } from './api/query-client.js';
import { session } from './api/session.js';
import { Notices } from './components/notices.js';
import { firstLanguage, speak } from './i18n/messages.js';
import { router } from './router.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place for the Studio');

session.subscribe(() => {
  if (session.state === 'signed-in') return;
  queryClient.clear();
  void router.invalidate();
});

// Who is here is asked while the words are on their way.
if (session.state === 'signed-in') queryClient.query(meQuery).catch(() => undefined);
await speak(firstLanguage());
// In slices, between which the browser answers.
startTransition(() =>
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <Notices />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  ),
);
