import { useQuery } from '@tanstack/react-query';
import { recentJobsQuery } from '../api/queries.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { Composer, RESULTS_ID } from './composer.js';
import { Feed } from './feed.js';
import { usePendingJobs } from './generate.js';
import { Templates } from './templates.js';

/** The one screen on which things are made: the request on the left, what comes of it on the right. */
export function CreateScreen() {
  const t = useMessages();
  const { organization, can } = useWorkspace();
  const mayCreate = can('jobs:create');
  return (
    <div className="flex flex-col lg:h-full lg:flex-row">
      <title>{`${t('nav.create')} · BASE Studio`}</title>
      <h1 className="sr-only">{t('create.title')}</h1>
      {mayCreate ? <Composer key={organization.id} /> : null}
      <section
        id={RESULTS_ID}
        aria-label={t('create.results')}
        className="scroll-quiet min-w-0 flex-1 scroll-mt-14 lg:h-full lg:overflow-y-auto lg:[scrollbar-gutter:stable]"
      >
        <Results mayCreate={mayCreate} />
      </section>
    </div>
  );
}

/** Apart from the form, which has nothing to do with what was made. */
function Results({ mayCreate }: { mayCreate: boolean }) {
  const { organization } = useWorkspace();
  const jobs = useQuery(recentJobsQuery(organization.id));
  const pending = usePendingJobs();
  const isFirstRun = jobs.data?.length === 0 && pending.length === 0;
  return isFirstRun ? <Templates mayCreate={mayCreate} /> : <Feed jobs={jobs} pending={pending} />;
}
