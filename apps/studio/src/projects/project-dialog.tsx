import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { createProject, type ProjectDto, updateProject } from '#sdk';
import { describeForm } from '../api/problems.js';
import { galleryKey, projectsKey } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input, Textarea } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

interface ProjectDialogProps {
  /** To be changed; left out: a new one. */
  project?: ProjectDto;
  onClose: () => void;
  onDone?: (project: ProjectDto) => void;
}

/** Name and purpose of a project. */
export default function ProjectDialog({ project, onClose, onDone }: ProjectDialogProps) {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const { register, handleSubmit, formState } = useForm({
    defaultValues: { name: project?.name ?? '', description: project?.description ?? '' },
  });
  const saving = useMutation({
    mutationFn: async (body: { name: string; description: string }) => {
      const { data } = project
        ? await updateProject({ client, path: { projectId: project.id }, body, throwOnError: true })
        : await createProject({ client, body, throwOnError: true });
      return data;
    },
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: projectsKey(organization.id) });
      if (project) void queryClient.invalidateQueries({ queryKey: galleryKey(organization.id), refetchType: 'none' });
      onClose();
      onDone?.(saved);
    },
  });
  const problem = describeForm(t, saving.error, ['name', 'description']);
  const error = (field: 'name' | 'description') => formState.errors[field]?.message ?? problem.at(field);
  return (
    <Dialog open onOpenChange={onClose} title={t(project ? 'project.edit' : 'project.new')}>
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => void handleSubmit((body) => saving.mutate(body))(event)}
      >
        <Field label={t('project.name')} error={error('name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              maxLength={120}
              {...register('name', { validate: (name) => name.trim() !== '' || t('field.required') })}
            />
          )}
        </Field>
        <Field label={t('project.description')} error={error('description')}>
          {(control) => <Textarea {...control} rows={3} maxLength={2000} {...register('description')} />}
        </Field>
        <FormFault>{problem.below}</FormFault>
        <Button type="submit" variant="primary" disabled={saving.isPending}>
          {t(project ? 'action.save' : 'project.create')}
        </Button>
      </form>
    </Dialog>
  );
}
