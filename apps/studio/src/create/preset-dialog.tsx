import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { createPreset } from '#sdk';
import { describeForm } from '../api/problems.js';
import { libraryKey } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { Switch } from '../components/ui/switch.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import type { GenerationRequest } from './generate.js';
import { withoutPrompt } from './generations.js';

interface NewPreset {
  name: string;
  withPrompt: boolean;
  shared: boolean;
}

/** Keeps the settings of the form under a name. */
export default function PresetDialog({ request, onClose }: { request: GenerationRequest; onClose: () => void }) {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const { register, handleSubmit, formState } = useForm<NewPreset>({
    defaultValues: { name: '', withPrompt: false, shared: true },
  });
  const saving = useMutation({
    mutationFn: async ({ name, withPrompt, shared }: NewPreset) => {
      const input = withPrompt ? request.input : withoutPrompt(request.input);
      await createPreset({ client, body: { name, shared, model: request.model, input }, throwOnError: true });
    },
    onSuccess: (_, { name }) => {
      void queryClient.invalidateQueries({ queryKey: libraryKey(organization.id, 'presets') });
      notify(t('preset.saved', { name }));
      onClose();
    },
  });
  const problem = describeForm(t, saving.error, ['name']);
  return (
    <Dialog open onOpenChange={onClose} title={t('preset.save')} description={t('preset.saveText')}>
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => void handleSubmit((body) => saving.mutate(body))(event)}
      >
        <Field label={t('preset.name')} error={formState.errors.name?.message ?? problem.at('name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              maxLength={120}
              {...register('name', { validate: (name) => name.trim() !== '' || t('field.required') })}
            />
          )}
        </Field>
        <label className="flex items-center justify-between gap-4 text-base">
          {t('preset.withPrompt')}
          <Switch {...register('withPrompt')} />
        </label>
        <label className="flex items-center justify-between gap-4 text-base">
          {t('preset.share')}
          <Switch {...register('shared')} />
        </label>
        <FormFault>{problem.below}</FormFault>
        <Button type="submit" variant="primary" disabled={saving.isPending}>
          {t('action.save')}
        </Button>
      </form>
    </Dialog>
  );
}
