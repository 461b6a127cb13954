import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  ChevronLeft,
  Ellipsis,
  FolderOpen,
  Pencil,
  SearchX,
  Sparkles,
  Trash2,
} from 'lucide-react';
import { lazy, Suspense, useCallback, useState } from 'react';
import { deleteProject, type ProjectDto, updateProject } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { galleryKey, projectQuery, projectsKey } from '../api/queries.js';
import { ConfirmDialog } from '../components/confirm-dialog.js';
import { EmptyState } from '../components/empty-state.js';
import { notify } from '../components/notices.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Menu, MenuItem } from '../components/ui/menu.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { draftOf } from '../create/draft.js';
import { type GallerySearch, isNarrowed } from '../gallery/gallery-search.js';
import { GalleryView } from '../gallery/gallery-view.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

const ProjectDialog = lazy(() => import('./project-dialog.js'));
const route = getRouteApi('/app/projects/$projectId');

/** One project: what is in it, and what can be done with it. */
export function ProjectScreen() {
  const t = useMessages();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const { organization } = useWorkspace();
  const { data: project, error } = useQuery(projectQuery(organization.id, projectId));
  const linkTo = useCallback(
    (next: GallerySearch) => ({ to: '/projects/$projectId' as const, params: { projectId }, search: next }),
    [projectId],
  );
  if (error && !project) {
    return (
      <EmptyState icon={SearchX} title={t('notFound.title')} text={describeProblem(t, error)}>
        <Link to="/projects" className={buttonStyle({})}>
          {t('project.back')}
        </Link>
      </EmptyState>
    );
  }
  return (
    <>
      <title>{`${project?.name ?? t('project.title')} · BASE Studio`}</title>
      <GalleryView
        search={search}
        linkTo={linkTo}
        projectId={projectId}
        heading={<ProjectHeading project={project} />}
        empty={<EmptyProject projectId={projectId} search={search} />}
      />
    </>
  );
}

function ProjectHeading({ project }: { project: ProjectDto | undefined }) {
  const t = useMessages();
  return (
    <div className="flex min-w-0 items-center gap-1">
      <Link
        to="/projects"
        aria-label={t('project.back')}
        title={t('project.back')}
        className={buttonStyle({ variant: 'quiet', size: 'icon', className: '-ml-2' })}
      >
        <ChevronLeft />
      </Link>
      {project ? (
        <div className="min-w-0">
          <h1 className="truncate text-xl font-semibold tracking-[-0.02em]">
            {project.name}
            {project.archivedAt ? (
              <span className="ml-2 rounded-md bg-sunken px-2 py-0.5 align-middle text-xs font-medium tracking-normal text-muted">
                {t('project.archived')}
              </span>
            ) : null}
          </h1>
          {project.description ? <p className="truncate text-sm text-muted">{project.description}</p> : null}
        </div>
      ) : (
        <>
          <h1 className="sr-only">{t('project.title')}</h1>
          <Skeleton className="h-6 w-40" />
        </>
      )}
      {project ? <ProjectActions project={project} /> : null}
    </div>
  );
}

function ProjectActions({ project }: { project: ProjectDto }) {
  const t = useMessages();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { organization, client, can } = useWorkspace();
  const [opened, setOpened] = useState<'edit' | 'delete'>();
  const path = { projectId: project.id };
  const refresh = () => queryClient.invalidateQueries({ queryKey: projectsKey(organization.id) });
  const onError = (error: unknown) => notify(describeProblem(t, error), { tone: 'bad' });
  const archive = useMutation({
    mutationFn: (archived: boolean) => updateProject({ client, path, body: { archived }, throwOnError: true }),
    onSuccess: async (_, archived) => {
      await refresh();
      notify(t(archived ? 'project.archivedDone' : 'project.restoredDone', { name: project.name }));
    },
    onError,
  });
  const removal = useMutation({
    mutationFn: () => deleteProject({ client, path, throwOnError: true }),
    onSuccess: async () => {
      await navigate({ to: '/projects' });
      queryClient.removeQueries({ queryKey: [...projectsKey(organization.id), project.id] });
      await refresh();
      await queryClient.invalidateQueries({ queryKey: galleryKey(organization.id) });
      notify(t('project.deletedDone', { name: project.name }));
    },
    onError,
  });
  if (!can('studio:manage')) return null;
  return (
    <>
      <Menu
        align="start"
        trigger={
          <Button variant="quiet" size="icon" aria-label={t('project.actions')} title={t('project.actions')}>
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem onClick={() => setOpened('edit')}>
          <Pencil aria-hidden />
          {t('project.edit')}
        </MenuItem>
        <MenuItem onClick={() => archive.mutate(!project.archivedAt)}>
          {project.archivedAt ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
          {t(project.archivedAt ? 'project.restore' : 'project.archive')}
        </MenuItem>
        <MenuItem onClick={() => setOpened('delete')}>
          <Trash2 aria-hidden />
          {t('project.delete')}
        </MenuItem>
      </Menu>
      <Suspense>
        {opened === 'edit' ? <ProjectDialog project={project} onClose={() => setOpened(undefined)} /> : null}
      </Suspense>
      {opened === 'delete' ? (
        <ConfirmDialog
          title={t('project.deleteTitle', { name: project.name })}
          text={t('project.deleteText')}
          action={t('project.delete')}
          isPending={removal.isPending}
          onConfirm={() => removal.mutate()}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
    </>
  );
}

function EmptyProject({ projectId, search }: { projectId: string; search: GallerySearch }) {
  const t = useMessages();
  const navigate = useNavigate();
  const { organization, can } = useWorkspace();
  if (isNarrowed(search)) {
    return (
      <EmptyState icon={SearchX} title={t('gallery.noneTitle')} text={t('gallery.noneText')}>
        <Link to="/projects/$projectId" params={{ projectId }} className={buttonStyle({})}>
          {t('gallery.showAll')}
        </Link>
      </EmptyState>
    );
  }
  const create = () => {
    draftOf(organization.id).set((draft) => ({ ...draft, projectId }));
    void navigate({ to: '/' });
  };
  return (
    <EmptyState icon={FolderOpen} title={t('project.emptyTitle')} text={t('project.emptyText')}>
      {can('jobs:create') ? (
        <Button variant="primary" onClick={create}>
          <Sparkles aria-hidden />
          {t('project.createHere')}
        </Button>
      ) : null}
      <Link to="/gallery" className={buttonStyle({})}>
        {t('project.fromGallery')}
      </Link>
    </EmptyState>
  );
}
