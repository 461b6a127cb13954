import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Archive, Folder, FolderPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ProjectDto } from '#sdk';
import { projectsQuery } from '../api/queries.js';
import { EmptyState } from '../components/empty-state.js';
import { LoadFailure } from '../components/load-failure.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { Picture } from '../media/picture.js';
import { useWorkspace } from '../shell/workspace.js';

const ProjectDialog = lazy(() => import('./project-dialog.js'));
const route = getRouteApi('/app/projects');
const GRID = 'grid grid-cols-2 gap-x-4 gap-y-6 md:grid-cols-3 xl:grid-cols-4 2xl:grid-cols-5';

/** The boards on which work is gathered. */
export function ProjectsScreen() {
  const t = useMessages();
  const navigate = useNavigate();
  const { archived = false } = route.useSearch();
  const { organization, can } = useWorkspace();
  const projects = useQuery(projectsQuery(organization.id, archived));
  const [isCreating, setIsCreating] = useState(false);
  const mayManage = can('studio:manage');
  return (
    <div className="scroll-quiet flex min-h-[calc(100dvh-7.5rem)] flex-col lg:h-full lg:min-h-0 lg:overflow-y-auto">
      <title>{`${t('project.title')} · BASE Studio`}</title>
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 pt-5 pb-5 sm:px-6">
        <h1 className="text-xl font-semibold tracking-[-0.02em]">
          {t(archived ? 'project.archivedTitle' : 'project.title')}
        </h1>
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/projects"
            search={{ archived: archived ? undefined : true }}
            className={buttonStyle({ variant: 'quiet', size: 'sm' })}
          >
            {archived ? null : <Archive aria-hidden />}
            {t(archived ? 'project.showActive' : 'project.showArchived')}
          </Link>
          {mayManage && !archived ? (
            <Button variant="primary" size="sm" onClick={() => setIsCreating(true)}>
              <FolderPlus aria-hidden />
              {t('project.new')}
            </Button>
          ) : null}
        </div>
      </div>
      {projects.isPending ? <ProjectsSkeleton /> : null}
      {projects.isError && !projects.data ? (
        <LoadFailure error={projects.error} onRetry={() => void projects.refetch()} />
      ) : null}
      {projects.data?.length === 0 ? (
        archived ? (
          <EmptyState icon={Archive} title={t('project.noneArchivedTitle')} text={t('project.noneArchivedText')} />
        ) : (
          <EmptyState icon={Folder} title={t('project.noneTitle')} text={t('project.noneText')}>
            {mayManage ? (
              <Button variant="primary" onClick={() => setIsCreating(true)}>
                {t('project.create')}
              </Button>
            ) : null}
          </EmptyState>
        )
      ) : null}
      {projects.data?.length ? (
        <ul className={`${GRID} px-4 pb-10 sm:px-6`}>
          {projects.data.map((project, index) => (
            <li key={project.id}>
              <ProjectCard project={project} isFirst={index < 2} />
            </li>
          ))}
        </ul>
      ) : null}
      {isCreating ? (
        <Suspense>
          <ProjectDialog
            onClose={() => setIsCreating(false)}
            onDone={({ id }) => void navigate({ to: '/projects/$projectId', params: { projectId: id } })}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

function ProjectCard({ project, isFirst }: { project: ProjectDto; isFirst: boolean }) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <Link
      to="/projects/$projectId"
      params={{ projectId: project.id }}
      className="group block rounded-lg focus-visible:outline-offset-4"
    >
      <span className="block aspect-[4/3] overflow-hidden rounded-lg bg-sunken">
        <Cover project={project} isFirst={isFirst} />
      </span>
      <span className="mt-2.5 block truncate font-medium">{project.name}</span>
      <span className="block truncate text-sm text-muted tabular-nums">
        {t('project.count', { count: project.generationCount, shown: formats.number(project.generationCount) })}
        {' · '}
        {formats.moment(project.updatedAt)}
      </span>
    </Link>
  );
}

function Cover({ project: { cover }, isFirst }: { project: ProjectDto; isFirst: boolean }) {
  const style = 'size-full object-cover transition-transform duration-500 ease-calm group-hover:scale-[1.03]';
  if (!cover) {
    return (
      <span className="grid size-full place-items-center text-faint">
        <Folder className="size-8 stroke-[1.25]" aria-hidden />
      </span>
    );
  }
  if (cover.mimeType.startsWith('video/') && !cover.thumbnailUrl) {
    return <video src={cover.url} muted playsInline preload="metadata" className={style} />;
  }
  return (
    <Picture
      file={cover}
      alt=""
      sizes="(min-width: 80rem) 25vw, (min-width: 48rem) 33vw, 50vw"
      isFirst={isFirst}
      className={`bg-cover ${style}`}
    />
  );
}

function ProjectsSkeleton() {
  return (
    <div className={`${GRID} px-4 sm:px-6`} aria-busy>
      {[0, 1, 2, 3].map((card) => (
        <div key={card} className="flex flex-col gap-2.5">
          <Skeleton className="aspect-[4/3] rounded-lg" />
          <Skeleton className="h-5 w-32" />
        </div>
      ))}
    </div>
  );
}
